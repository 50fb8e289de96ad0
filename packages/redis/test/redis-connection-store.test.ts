import type { ConnectionStore } from "@hubbub/core";
import { createContractClock, createCountingMeter } from "@hubbub/testing";
import { connectionStoreContract } from "@hubbub/testing/contracts";
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { createRedisConnectionStore } from "../src/index.ts";
import { createFaultyRedis, type FaultyRedis } from "./faulty-redis.ts";
import { missing, NO_REDIS, type RedisServer, startRedis } from "./redis-server.ts";

describe("createRedisConnectionStore", () => {
  let server: RedisServer | undefined;
  let redis: FaultyRedis;
  beforeAll(async () => {
    if (missing) return;
    server = await startRedis();
    redis = createFaultyRedis(server.client());
  });
  afterAll(() => server?.remove());
  beforeEach((context) => context.skip(missing, NO_REDIS));

  const clock = createContractClock();
  const meter = createCountingMeter();
  const prefixes = new WeakMap<ConnectionStore, string>();
  let stores = 0;
  const open = (prefix: string) => {
    const store = createRedisConnectionStore(redis, { clock, meter, prefix });
    prefixes.set(store, prefix);
    return store;
  };

  connectionStoreContract({
    createStore: () => open(`store-${++stores}`),
    reopen: (store) => open(prefixes.get(store) ?? ""),
    now: clock.now,
    advance: clock.advance,
    failNext: (when) => redis.failNext(when),
    counts: meter.counts,
  });
});
