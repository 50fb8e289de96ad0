import { randomUUID } from "node:crypto";
import {
  type Chat,
  type ConnectionStore,
  type EventDefinitions,
  type HubOptions,
  InvalidArgumentError,
  type Logger,
  type Ports,
  type Pusher,
  type User,
} from "@hubbub/core";
import { createJsonLogger } from "@hubbub/core/adapter";
import type { ApiGatewayOptions } from "./api-gateway-options.ts";
import { createCosClient } from "./cos-client.ts";
import { createCosConnectionStore } from "./cos-connection-store.ts";
import { createCosRoomLog } from "./cos-room-log.ts";
import { systemClock } from "./push-url-options.ts";
import { createPushUrlPusher } from "./push-url-pusher.ts";

/** Everything that the functions of a chat work with. */
export interface ApiGatewayBackend {
  /** For `createHub`. */
  readonly hubOptions: HubOptions & { logger: Logger };
  /** Closes the connections that the backend has opened itself. */
  close(): void;
}

const CONCURRENCY = 128; // A push waits far longer than it works, and SCF lets a function open 1,024 files.

/**
 * Creates store, log, pusher and ports of the functions, as far as they are not given.
 *
 * @throws InvalidArgumentError naming the option that is wrong.
 */
export function createApiGatewayBackend<E extends EventDefinitions, U extends User>(
  chat: Chat<E, U>,
  options: ApiGatewayOptions,
): ApiGatewayBackend {
  const { clock = systemClock, random = Math.random, id = randomUUID } = options;
  const { logger = createJsonLogger(console), concurrency = CONCURRENCY, pageSize } = options;
  const ports = { clock, random, id, logger };
  const { store, log } = createBucket(chat, options, ports);
  const own = options.pusher ? undefined : createPusher(options, store, ports);
  const pusher = options.pusher ?? (own as Pusher);
  const paging = pageSize === undefined ? {} : { pageSize };
  return {
    hubOptions: { ...ports, store, log, pusher, concurrency, ...paging },
    close: () => own?.destroy(),
  };
}

function createBucket(
  { retention }: Pick<Chat, "retention">,
  { store, log, bucket = "", region, prefix, client, meter }: ApiGatewayOptions,
  ports: Ports,
): Pick<HubOptions, "store" | "log"> {
  if (store && log) return { store, log };
  const cos = client ?? createCosClient();
  const where = { bucket, region: region ?? process.env.TENCENTCLOUD_REGION ?? "", prefix };
  const common = { ...ports, ...where, meter };
  return {
    store: store ?? createCosConnectionStore(cos, common),
    log: log ?? createCosRoomLog(cos, { ...common, retention }),
  };
}

function createPusher(
  { pushUrl: url = process.env.PUSH_URL, pushUrlVerified, pushTimeoutMs, meter }: ApiGatewayOptions,
  store: ConnectionStore,
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
