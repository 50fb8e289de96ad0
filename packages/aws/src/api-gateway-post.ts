import type { Clock, Meter } from "@hubbub/core";
import { type ApiGatewayAnswer, saysExpired } from "./api-gateway-answer.ts";
import type { AwsCredentials, CredentialSource } from "./api-gateway-credentials.ts";
import type { ApiGatewayEndpoint } from "./api-gateway-endpoint.ts";
import { createPostBodies, type PostBody } from "./api-gateway-post-body.ts";
import { createRequestWriter } from "./api-gateway-request.ts";
import { HttpFailure } from "./http-failure.ts";
import { headerOf } from "./http-head.ts";
import type { HttpPool } from "./http-pool.ts";
import type { HttpResponse } from "./http-response.ts";

/** Posts to connections. Rejects with HttpFailure if there is no answer. */
export interface ApiGatewayTransport {
  post(connectionId: string, text: string): Promise<ApiGatewayAnswer>;
  destroy(): void;
}

/** What {@link createPostTransport} needs. */
export interface PostTransportOptions {
  readonly endpoint: ApiGatewayEndpoint;
  readonly region: string;
  readonly credentials: CredentialSource;
  readonly pool: HttpPool;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly meter?: Meter | undefined;
}

interface Post {
  readonly connectionId: string;
  readonly body: PostBody;
  readonly deadlineAt: number;
}

/** The first try came to nothing that a second one could not better. */
interface TryAgain {
  /** Only on connections that have answered after this time: others may be dead as well. */
  readonly usedAfter: number;
}

const RETRY_MS = 50;
const CREDENTIAL_TICK_MS = 100;
const SENT: ApiGatewayAnswer = { status: 200, name: "", message: "" };

/**
 * Creates the transport of the hot path: it signs by itself and keeps its connections. A broken
 * connection and a 5xx are tried once more; a push may arrive twice.
 */
export function createPostTransport(options: PostTransportOptions): ApiGatewayTransport {
  const { endpoint, region, credentials, pool, timeoutMs, clock, random, meter } = options;
  const writer = createRequestWriter(endpoint, region);
  const bodies = createPostBodies();

  async function credentialsBy(deadlineAt: number): Promise<AwsCredentials> {
    let waits = true;
    const got = credentials.get().finally(() => {
      waits = false;
    });
    while (waits && clock.now() < deadlineAt) {
      await Promise.race([got, clock.sleep(CREDENTIAL_TICK_MS)]);
    }
    if (!waits) return got;
    got.catch(() => undefined); // Nobody waits for it any more.
    throw new HttpFailure("the credential provider did not answer in time", { kind: "timeout" });
  }

  function attempt(post: Post, used: AwsCredentials, usedAfter: number): Promise<HttpResponse> {
    const { connectionId, body, deadlineAt } = post;
    const request = writer.post(connectionId, body, used, clock.now());
    meter?.count("push");
    return pool.request(request, { deadlineAt, usedAfter });
  }

  async function judge(
    used: AwsCredentials,
    response: HttpResponse,
  ): Promise<ApiGatewayAnswer | TryAgain> {
    const answer = answerOf(response);
    if (saysExpired(answer) && (await credentials.renew(used))) return { usedAfter: 0 };
    if (response.status < 500) return answer;
    await clock.sleep(RETRY_MS * (0.5 + random()));
    return { usedAfter: 0 };
  }

  async function afterFailure(error: unknown, startedAt: number): Promise<TryAgain> {
    if (!(error instanceof HttpFailure) || error.kind !== "lost") throw error;
    if (error.stale) return { usedAfter: startedAt };
    await clock.sleep(RETRY_MS * (0.5 + random()));
    return { usedAfter: 0 };
  }

  return {
    async post(connectionId, text) {
      const startedAt = clock.now();
      const deadlineAt = startedAt + timeoutMs;
      const post = { connectionId, body: bodies.of(text), deadlineAt };
      let again: ApiGatewayAnswer | TryAgain;
      try {
        const used = credentials.current() ?? (await credentialsBy(deadlineAt));
        const response = await attempt(post, used, 0);
        if (response.status === 200) return SENT;
        again = await judge(used, response);
      } catch (error) {
        again = await afterFailure(error, startedAt);
      }
      if ("status" in again) return again;
      const used = credentials.current() ?? (await credentialsBy(deadlineAt));
      return answerOf(await attempt(post, used, again.usedAfter));
    },
    destroy: () => pool.destroy(),
  };
}

/** An emulator may leave out the type, and may say what it has to say in plain text. */
function answerOf(response: HttpResponse): ApiGatewayAnswer {
  const body = Buffer.from(response.bytes, "latin1").toString();
  const { message = body, type = "" } = parseError(body);
  const name = headerOf(response.head, "x-amzn-errortype") ?? type;
  return { status: response.status, name: name.replace(/^.*#|[:,].*$/g, ""), message };
}

function parseError(body: string): { message?: string; type?: string } {
  try {
    const { message, Message = message, __type } = JSON.parse(body) ?? {};
    return {
      ...(typeof Message === "string" && { message: Message }),
      ...(typeof __type === "string" && { type: __type }),
    };
  } catch {
    return {};
  }
}
