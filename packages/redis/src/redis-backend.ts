import { randomUUID } from "node:crypto";
import {
  type Clock,
  type ConnectionStore,
  InvalidArgumentError,
  type Logger,
  type Pusher,
  type RetentionOptions,
  type RoomLog,
} from "@hubbub/core";
import { createRedisBackplane } from "./redis-backplane.ts";
import type { RedisClientLike } from "./redis-client.ts";
import { openRedisClients, shareRedisClient } from "./redis-clients.ts";
import { createRedisConnectionStore } from "./redis-connection-store.ts";
import { type RedisOptions, resolveRedisOptions } from "./redis-options.ts";
import { probeRedis } from "./redis-probe.ts";
import { inTime } from "./redis-requests.ts";
import { createRedisRoomLog } from "./redis-room-log.ts";

/** Options of {@link createRedisBackend}: a `url` or a `client`. */
export interface RedisBackendOptions extends RedisOptions {
  /** Where Redis is: `redis://[user:password@]host[:port][/db]`, or `rediss://` for TLS. */
  url?: string | undefined;
  /** A client of your own, which stays open when the backend closes. */
  client?: RedisClientLike | undefined;
  /** How much of each log is kept; take your chat's, `chat.retention`. (Default: 1,000 entries, 7 days) */
  retention?: RetentionOptions | undefined;
  /** How long a closed id is remembered, in milliseconds. (Default: 24 hours) */
  tombstoneMs?: number | undefined;
  /** Is told when Redis is lost and found, and is warned if it may lose acked messages and of what can't be read. (Default: the console) */
  logger?: Logger | undefined;
  /** (Default: the system's clock) */
  clock?: Pick<Clock, "now"> | undefined;
  /** Unguessable ids. (Default: `crypto.randomUUID`) */
  id?: (() => string) | undefined;
}

/** What `serve` of `@hubbub/node` takes: `serve(chat, { ...backend })`. */
export interface RedisBackend {
  readonly store: ConnectionStore;
  readonly log: RoomLog;
  readonly backplane: (local: Pusher) => Pusher;
  /** Closes the connections to Redis that the backend has opened. `serve` calls it when it has closed. */
  close(): Promise<void>;
}

const systemClock: Pick<Clock, "now"> = { now: () => Date.now() };

const consoleLogger: Logger = {
  error: (message, details) => console.error(`hubbub: ${message}`, details ?? ""),
  warn: (message, details) => console.warn(`hubbub: ${message}`, details ?? ""),
};

/**
 * Connects to Redis, checks that it can carry a chat, and creates store, log and backplane.
 *
 * @param options Where Redis is, prefix, retention.
 * @returns The backend of one process.
 * @throws InvalidArgumentError if an option is wrong; RedisSetupError if Redis is absent, too old,
 * read-only, full, evicts, or wants another password; UnavailableError if it does not answer.
 */
export async function createRedisBackend(options: RedisBackendOptions): Promise<RedisBackend> {
  const {
    url,
    client,
    clock = systemClock,
    id = randomUUID,
    logger = consoleLogger,
  } = options ?? {};
  if ((url === undefined) === (client === undefined)) {
    throw new InvalidArgumentError("createRedisBackend wants a url or a client, and not both");
  }
  const clients = client ? shareRedisClient(client, logger) : openRedisClients(url, logger);
  try {
    const { redis } = clients;
    const { retention, tombstoneMs, meter } = options;
    const common = { prefix: options.prefix, timeoutMs: options.timeoutMs, meter, logger };
    const { prefix, timeoutMs } = resolveRedisOptions(redis, common);
    const store = createRedisConnectionStore(redis, { ...common, clock, tombstoneMs });
    const log = createRedisRoomLog(redis, { ...common, clock, id, retention });
    await inTime(() => clients.open(), timeoutMs, "connecting to Redis");
    await inTime(() => probeRedis(redis, prefix, logger), timeoutMs, "INFO");
    const { subscriber } = clients;
    const backplane = createRedisBackplane(redis, { ...common, subscriber, id });
    return { store, log, backplane, close: clients.close };
  } catch (error) {
    await clients.close();
    throw error;
  }
}
