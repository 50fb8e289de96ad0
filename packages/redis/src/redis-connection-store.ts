import type { Clock, ConnectionStore } from "@hubbub/core";
import type { RedisLike } from "./redis-client.ts";
import { createRedisConnections } from "./redis-connections.ts";
import { createRedisMembers } from "./redis-members.ts";
import { checkClock, checkMs, type RedisOptions, resolveRedisOptions } from "./redis-options.ts";
import { createRedisRequests } from "./redis-requests.ts";

/** Options of {@link createRedisConnectionStore}. */
export interface RedisConnectionStoreOptions extends RedisOptions {
  /** The clock that leases are measured by. */
  clock: Pick<Clock, "now">;
  /** How long a closed id is remembered, in milliseconds. (Default: 24 hours) */
  tombstoneMs?: number | undefined;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const MARGIN_MS = 60 * 60 * 1000; // Redis's clock and ours may differ.

/**
 * Creates a connection store in Redis. Every operation is one command or one script, so whatever
 * processes do at once has one order.
 *
 * @param redis The client; its time-outs and reconnects stay as you set them.
 * @param options Prefix, clock, bounds.
 * @returns A store whose methods reject with `UnavailableError` when Redis does not answer.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createRedisConnectionStore(
  redis: RedisLike,
  options: RedisConnectionStoreOptions,
): ConnectionStore {
  const resolved = resolveRedisOptions(redis, options);
  const { clock, tombstoneMs = DAY_MS } = options;
  checkClock(clock);
  checkMs("tombstoneMs", tombstoneMs, 0, DAY_MS * 365);
  const parts = {
    requests: createRedisRequests(redis, resolved),
    distrust: resolved.distrust,
    base: `{${resolved.prefix}}:`,
    now: () => clock.now(),
    tombstoneMs: tombstoneMs + MARGIN_MS,
  };
  return { ...createRedisConnections(parts), ...createRedisMembers(parts) };
}
