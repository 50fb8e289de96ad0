import type { RoomLog } from "@hubbub/core";
import { createContractClock, createCountingMeter } from "@hubbub/testing";
import { roomLogContract } from "@hubbub/testing/contracts";
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { createRedisRoomLog, type RedisRoomLogOptions } from "../src/index.ts";
import { createFaultyRedis, type FaultyRedis } from "./faulty-redis.ts";
import { missing, NO_REDIS, type RedisServer, startRedis } from "./redis-server.ts";

describe("createRedisRoomLog", () => {
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
  const made = new WeakMap<RoomLog, Partial<RedisRoomLogOptions>>();
  let ids = 0;
  let logs = 0;
  const open = (options: Partial<RedisRoomLogOptions>) => {
    const id = () => `id-${++ids}`;
    const log = createRedisRoomLog(redis, { clock, meter, id, ...options });
    made.set(log, options);
    return log;
  };

  roomLogContract({
    createLog: (retention) => open({ prefix: `log-${++logs}`, retention }),
    reopen: (log) => open(made.get(log) ?? {}),
    now: clock.now,
    advance: clock.advance,
    failNext: (when) => redis.failNext(when),
    counts: meter.counts,
  });
});
