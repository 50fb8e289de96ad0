import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { ApiGatewayAnswer } from "./api-gateway-answer.ts";
import type { AwsCredentialProvider, AwsCredentials } from "./api-gateway-credentials.ts";
import type { ApiGatewayEndpoint } from "./api-gateway-endpoint.ts";
import type { ApiGatewayTransport } from "./api-gateway-post.ts";
import { HttpFailure } from "./http-failure.ts";

/** What the callback API tells of a connection; times in milliseconds since the Unix epoch. */
export interface ApiGatewayConnectionInfo {
  readonly connectedAt: number | undefined;
  readonly lastActiveAt: number | undefined;
  readonly sourceIp: string | undefined;
  readonly userAgent: string | undefined;
}

/** The official client behind what the pusher needs of it. */
export interface SdkTransport extends ApiGatewayTransport {
  delete(connectionId: string): Promise<ApiGatewayAnswer>;
  get(connectionId: string): Promise<ApiGatewayAnswer & { info?: ApiGatewayConnectionInfo }>;
}

/** What {@link createSdkTransport} needs. */
export interface SdkTransportOptions {
  readonly endpoint: ApiGatewayEndpoint;
  readonly region: string;
  readonly credentials: () => Promise<AwsCredentials>;
  readonly ca?: string | Buffer | undefined;
  readonly maxSockets: number;
  readonly timeoutMs: number;
}

/** Creates the transport of `close`, `info` and the option `transport: "sdk"`. */
export function createSdkTransport(options: SdkTransportOptions): SdkTransport {
  const { endpoint, region, credentials, ca, maxSockets, timeoutMs } = options;
  const agent = { keepAlive: true, maxSockets };
  const client = new ApiGatewayManagementApiClient({
    endpoint: endpoint.url,
    region,
    credentials: async () => {
      const { accessKeyId, secretAccessKey, sessionToken, expiration } = await credentials();
      return {
        accessKeyId,
        secretAccessKey,
        ...(sessionToken !== undefined && { sessionToken }),
        ...(expiration && { expiration }),
      };
    },
    maxAttempts: 2,
    requestHandler: {
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent({
        ...agent,
        ...(ca !== undefined && { ca }),
        rejectUnauthorized: true, // whatever NODE_TLS_REJECT_UNAUTHORIZED says
      }),
      connectionTimeout: timeoutMs,
    },
  });
  const limits = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) });

  return {
    post: (ConnectionId, Data) =>
      answered(() => client.send(new PostToConnectionCommand({ ConnectionId, Data }), limits())),
    delete: (ConnectionId) =>
      answered(() => client.send(new DeleteConnectionCommand({ ConnectionId }), limits())),
    async get(ConnectionId) {
      let info: ApiGatewayConnectionInfo | undefined;
      const answer = await answered(async () => {
        const output = await client.send(new GetConnectionCommand({ ConnectionId }), limits());
        info = {
          connectedAt: output.ConnectedAt?.getTime(),
          lastActiveAt: output.LastActiveAt?.getTime(),
          sourceIp: output.Identity?.SourceIp,
          userAgent: output.Identity?.UserAgent,
        };
      });
      return info ? { ...answer, info } : answer;
    },
    destroy: () => client.destroy(),
  };
}

/** The SDK's default chain of credential providers. */
export function sdkCredentials(region: string): AwsCredentialProvider {
  return new ApiGatewayManagementApiClient({ region }).config.credentials;
}

/** Turns what the client throws into the answer that it was. */
async function answered(send: () => Promise<unknown>): Promise<ApiGatewayAnswer> {
  try {
    await send();
    return { status: 200, name: "", message: "" };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const status = statusOf(error);
    const { name, message } = error;
    if (status !== undefined || /Exception$/.test(name)) return { status, name, message };
    // The SDK calls a reset a time-out, too.
    const reset = "code" in error && /^(?:ECONNRESET|EPIPE)$/.test(String(error.code));
    const kind = !reset && /^(?:Abort|Timeout)Error$/.test(name) ? "timeout" : "lost";
    throw new HttpFailure(message, { kind, cause: error });
  }
}

function statusOf(error: Error): number | undefined {
  if (!("$metadata" in error)) return undefined;
  const { $metadata: metadata } = error;
  if (typeof metadata !== "object" || metadata === null) return undefined;
  const status = "httpStatusCode" in metadata ? metadata.httpStatusCode : undefined;
  return typeof status === "number" ? status : undefined;
}
