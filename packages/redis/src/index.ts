/**
 * hubbub on Redis: several Node processes that behave as one chat.
 *
 * @module
 */

export {
  createRedisBackend,
  type RedisBackend,
  type RedisBackendOptions,
} from "./redis-backend.ts";
export { createRedisBackplane, type RedisBackplaneOptions } from "./redis-backplane.ts";
export type { RedisClientLike, RedisLike, RedisSubscriberLike } from "./redis-client.ts";
export {
  createRedisConnectionStore,
  type RedisConnectionStoreOptions,
} from "./redis-connection-store.ts";
export { type RedisProblem, RedisSetupError } from "./redis-errors.ts";
export type { RedisOptions } from "./redis-options.ts";
export { createRedisRoomLog, type RedisRoomLogOptions } from "./redis-room-log.ts";
