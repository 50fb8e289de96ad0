import { HubbubError, type Pusher, type PushResult, UnavailableError } from "@hubbub/core";
import { type ApiGatewayAnswer, answerError, meaningOf } from "./api-gateway-answer.ts";
import {
  type AwsCredentialProvider,
  createCredentialSource,
  credentialsFromEnvironment,
} from "./api-gateway-credentials.ts";
import { type ApiGatewayTransport, createPostTransport } from "./api-gateway-post.ts";
import {
  type ApiGatewayPusherOptions,
  type ResolvedPusherOptions,
  resolvePusherOptions,
} from "./api-gateway-pusher-options.ts";
import type { ApiGatewayConnectionInfo, SdkTransport } from "./api-gateway-sdk.ts";
import { HttpFailure } from "./http-failure.ts";
import { createHttpPool } from "./http-pool.ts";

/** A pusher to the connections of one stage of an API Gateway WebSocket API. */
export interface ApiGatewayPusher extends Pusher {
  /** What the gateway knows of a connection; undefined if it is gone. */
  info(connectionId: string): Promise<ApiGatewayConnectionInfo | undefined>;
  /** Closes the connections to the callback API; what is under way and what comes later rejects. */
  destroy(): void;
}

const MAX_BYTES = 128 * 1024; // The longest message that API Gateway delivers.
const YOUNG_MS = 10_000;

/**
 * Creates a pusher. It opens no connection and loads no SDK before they are needed.
 *
 * A send answers `gone` for 410 and a malformed id, `too-large` for 413 and more than 128 KB,
 * `throttled` for 429, 503, 504 and a time-out. It rejects with `invalid_argument` for 403, which is
 * never a connection's fault, and with `unavailable` for anything else. `close` can't hand on a code
 * or a reason: API Gateway has no parameter for them.
 *
 * @param options Where the callback API is, and who asks.
 * @returns A pusher, to be kept for the life of the process.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createApiGatewayPusher(options: ApiGatewayPusherOptions): ApiGatewayPusher {
  const resolved = resolvePusherOptions(options);
  const { url } = resolved.endpoint;
  const { posts, sdk, destroy } = createTransports(resolved);

  async function withSdk<T>(call: (client: SdkTransport) => Promise<T>): Promise<T> {
    try {
      return await call(await sdk());
    } catch (error) {
      throw asUnavailable(error, url);
    }
  }

  return {
    async send(connectionId, text) {
      if (!isPossibleId(connectionId)) return "gone";
      if (isTooLarge(text)) return "too-large";
      try {
        const answer = await posts.post(connectionId, text);
        if (answer.status === 200) return "sent"; // Most often, and so without a further promise.
        return await pushResult(resolved, connectionId, answer);
      } catch (error) {
        if (error instanceof HttpFailure && error.kind === "timeout") return "throttled";
        throw asUnavailable(error, url);
      }
    },
    async close(connectionId) {
      if (!isPossibleId(connectionId)) return;
      const answer = await withSdk((client) => client.delete(connectionId));
      const meaning = meaningOf(answer);
      if (meaning !== "sent" && meaning !== "gone") throw answerError(answer, url);
    },
    async info(connectionId) {
      if (!isPossibleId(connectionId)) return undefined;
      const answer = await withSdk((client) => client.get(connectionId));
      if (!answer.info && meaningOf(answer) !== "gone") throw answerError(answer, url);
      return answer.info;
    },
    destroy,
  };
}

/** The transport for posts, and the official client for the rest, loaded at its first use. */
function createTransports(options: ResolvedPusherOptions) {
  const { endpoint, clock, meter } = options;
  const credentials = createCredentialSource({ ...options, provider: providerOf(options) });
  let loading: Promise<SdkTransport> | undefined;

  function sdk(): Promise<SdkTransport> {
    loading ??= import("./api-gateway-sdk.ts").then(({ createSdkTransport }) =>
      createSdkTransport({ ...options, credentials: credentials.get }),
    );
    return loading;
  }

  function own(): ApiGatewayTransport {
    const pool = createHttpPool({ ...options, target: { ...endpoint, ca: options.ca }, clock });
    return createPostTransport({ ...options, credentials, pool });
  }

  const official: Pick<ApiGatewayTransport, "post"> = {
    async post(connectionId, text) {
      meter?.count("push");
      return (await sdk()).post(connectionId, text);
    },
  };
  const hot = options.transport === "own" ? own() : undefined;

  return {
    posts: hot ?? official,
    sdk,
    destroy() {
      hot?.destroy();
      loading?.then((client) => client.destroy()).catch(() => undefined); // It never came to be.
    },
  };
}

function providerOf({ credentials, region }: ResolvedPusherOptions): AwsCredentialProvider {
  if (typeof credentials === "function") return credentials;
  if (credentials) return async () => credentials;
  let chain: Promise<AwsCredentialProvider> | undefined;
  return async (how) => {
    const found = credentialsFromEnvironment(process.env);
    if (found) return found;
    chain ??= import("./api-gateway-sdk.ts").then((sdk) => sdk.sdkCredentials(region));
    return (await chain)(how);
  };
}

async function pushResult(
  { endpoint, connectedAt, clock, logger }: ResolvedPusherOptions,
  connectionId: string,
  answer: ApiGatewayAnswer,
): Promise<PushResult> {
  const meaning = meaningOf(answer);
  if (meaning === "misconfigured" || meaning === "failed") throw answerError(answer, endpoint.url);
  if (meaning !== "gone" || answer.status === 400 || !connectedAt) return meaning;
  try {
    const since = await connectedAt(connectionId);
    return since !== undefined && clock.now() - since < YOUNG_MS ? "throttled" : "gone";
  } catch (error) {
    logger?.warn("the age of a connection is unknown; it is not counted as gone", { error });
    return "throttled";
  }
}

/** Whether the gateway can have given it out: it has to be a path segment of its own. */
function isPossibleId(connectionId: string): boolean {
  return !/^\.{0,2}$|\p{Surrogate}/u.test(connectionId);
}

function isTooLarge(text: string): boolean {
  if (text.length * 3 <= MAX_BYTES) return false;
  return text.length > MAX_BYTES || Buffer.byteLength(text) > MAX_BYTES;
}

function asUnavailable(error: unknown, url: string): Error {
  if (error instanceof HubbubError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new UnavailableError(`no answer from the callback API at ${url}: ${why}`, {
    cause: error,
  });
}
