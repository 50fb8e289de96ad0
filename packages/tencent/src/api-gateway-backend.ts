import { randomUUID } from "node:crypto";
import { type HubOptions, InvalidArgumentError, type Logger, type Pusher } from "@hubbub/core";
import type { ApiGatewayOptions } from "./api-gateway-options.ts";
import { systemClock } from "./push-url-options.ts";
import { createPushUrlPusher } from "./push-url-pusher.ts";
import { createScfLogger } from "./scf-logger.ts";

/** Everything that the functions of a chat work with. */
export interface ApiGatewayBackend {
  /** For `createHub`. */
  readonly hubOptions: HubOptions & { logger: Logger };
  /** Closes the connections that the backend has opened itself. */
  close(): void;
}

const CONCURRENCY = 128; // A push waits far longer than it works, and SCF lets a function open 1,024 files.

/**
 * Creates pusher and ports of the functions, as far as they are not given.
 *
 * @throws InvalidArgumentError naming the option that is wrong.
 */
export function createApiGatewayBackend(options: ApiGatewayOptions): ApiGatewayBackend {
  const { store, log, clock = systemClock, random = Math.random, id = randomUUID } = options;
  const { logger = createScfLogger(), concurrency = CONCURRENCY, pageSize } = options;
  const ports = { clock, random, id, logger };
  const own = options.pusher ? undefined : createPusher(options, ports);
  const pusher = options.pusher ?? (own as Pusher);
  const paging = pageSize === undefined ? {} : { pageSize };
  return {
    hubOptions: { ...ports, store, log, pusher, concurrency, ...paging },
    close: () => own?.destroy(),
  };
}

function createPusher(
  {
    pushUrl: url = process.env.PUSH_URL,
    pushUrlVerified,
    pushTimeoutMs,
    store,
    meter,
  }: ApiGatewayOptions,
  { clock, logger }: Pick<HubOptions, "clock" | "logger">,
) {
  if (url === undefined) {
    throw new InvalidArgumentError(
      "pushUrl must be the API's push URL; is the environment's PUSH_URL set?",
    );
  }
  return createPushUrlPusher({
    ...{ url, urlVerified: pushUrlVerified, timeoutMs: pushTimeoutMs, clock, meter, logger },
    // A refusal of somebody whose `register` is still running says nothing.
    connectedAt: async (connectionId) => (await store.get(connectionId))?.connectedAt,
  });
}
