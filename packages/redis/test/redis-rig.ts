import type { Connection, ConnectionStore, RoomLog } from "@hubbub/core";
import { type ContractClock, createContractClock } from "@hubbub/testing";
import { createRedisConnectionStore, createRedisRoomLog, type RedisLike } from "../src/index.ts";
import type { RedisRoomLogOptions } from "../src/redis-room-log.ts";

export const LEASE_MS = 60_000;

/** Keys of its own on a Redis, with what a store and a log need beside them. */
export interface RedisRig {
  readonly clock: ContractClock;
  readonly store: ConnectionStore;
  /** What was logged as a warning. */
  readonly warnings: { message: string; details: unknown }[];
  /** The key of the store with this end, such as `c:<connection>`. */
  key(end: string): string;
  /** The key of the log of the room "lobby" with this end, such as `entries`. */
  logKey(end: string): string;
  /** Sends a command as nobody of us would. */
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
  /** Puts a text, a list, … where something else was. */
  replace(key: string, command: string, ...args: (string | number)[]): Promise<void>;
  log(options?: Partial<RedisRoomLogOptions>): RoomLog;
  /** A connection with a lease of `LEASE_MS`. */
  connection(connectionId: string): Connection;
  /** Opens connections and joins them to "lobby". */
  enter(...connectionIds: string[]): Promise<void>;
  /** Everybody in "lobby", page by page. */
  list(limit?: number): Promise<string[]>;
}

let rigs = 0;

/** Creates what a test needs. */
export function createRig(redis: RedisLike): RedisRig {
  const prefix = `rig-${++rigs}`;
  const clock = createContractClock();
  const warnings: RedisRig["warnings"] = [];
  const logger = {
    warn: (message: string, details?: unknown) => void warnings.push({ message, details }),
    error: () => undefined,
  };
  let ids = 0;
  const id = () => `id-${++ids}`;
  const common = { prefix, clock, logger };
  const store = createRedisConnectionStore(redis, common);
  const call = (command: string, ...args: (string | number)[]) => redis.call(command, ...args);
  const rig: RedisRig = {
    ...{ clock, store, warnings, call },
    key: (end) => `{${prefix}}:${end}`,
    logKey: (end) => `${prefix}:{lobby}:${end}`,
    async replace(key, command, ...args) {
      await call("DEL", key);
      await call(command, key, ...args);
    },
    log: (options) => createRedisRoomLog(redis, { ...common, id, ...options }),
    connection: (connectionId) => ({
      connectionId,
      user: { userId: `user-of-${connectionId}`, name: "Ann" },
      protocol: "hubbub.v1",
      rooms: [],
      connectedAt: clock.now(),
      expiresAt: clock.now() + LEASE_MS,
    }),
    async enter(...connectionIds) {
      for (const connectionId of connectionIds) {
        await store.open(rig.connection(connectionId));
        await store.join(connectionId, "lobby");
      }
    },
    async list(limit = 10) {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.members("lobby", { limit, cursor });
        found.push(...page.members.map(({ connectionId }) => connectionId));
        cursor = page.cursor;
      } while (cursor !== undefined);
      return found;
    },
  };
  return rig;
}
