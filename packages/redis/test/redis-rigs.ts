import { afterAll, beforeAll, beforeEach } from "vitest";
import type { RedisLike } from "../src/index.ts";
import { createRig, type RedisRig } from "./redis-rig.ts";
import { missing, NO_REDIS, type RedisServer, startRedis } from "./redis-server.ts";

/**
 * Starts a Redis for the tests of a file, which are skipped where there is none.
 *
 * @returns Creates a rig with keys of its own.
 */
export function useRedisRigs(): () => RedisRig {
  let server: RedisServer | undefined;
  let redis: RedisLike;
  beforeAll(async () => {
    if (missing) return;
    server = await startRedis();
    redis = server.client();
  });
  afterAll(() => server?.remove());
  beforeEach((context) => context.skip(missing, NO_REDIS));
  return () => createRig(redis);
}
