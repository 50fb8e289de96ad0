import type { RoomLog } from "@hubbub/core";
import { createContractClock, createCountingMeter } from "@hubbub/testing";
import { roomLogContract } from "@hubbub/testing/contracts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
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

  it("frees what no limit keeps, and lets Redis delete a room that is silent for long", async () => {
    const retention = { maxEntries: 3, maxAgeMs: 60_000, minAgeMs: 1000 };
    const log = open({ prefix: "trimmed", retention });
    for (let seq = 1; seq <= 128; seq++) {
      clock.advance(100);
      const fixed = { event: "say", data: seq, digest: "", ts: clock.now() };
      await log.append("lobby", { mid: `m${seq}`, ...fixed });
    }
    const kept = Number(await redis.call("XLEN", "trimmed:{lobby}:entries"));
    expect(kept).toBeGreaterThanOrEqual(10); // the young ones
    expect(kept).toBeLessThanOrEqual(74);
    for (const key of ["trimmed:{lobby}:entries", "trimmed:{lobby}:log"]) {
      const ttl = Number(await redis.call("PTTL", key));
      expect(ttl).toBeGreaterThan(24 * 3_600_000);
      expect(ttl).toBeLessThanOrEqual(24 * 3_600_000 + 60_000);
    }
  });

  it("reads and appends with one request each", async () => {
    const log = open({ prefix: "cold" });
    await log.head("lobby");
    const fixed = { event: "say", data: 1, digest: "", ts: clock.now() };
    const before = redis.sent.length;
    await log.append("lobby", { mid: "m1", ...fixed });
    await log.read("lobby", { after: 0, limit: 10 });
    expect(redis.sent.slice(before)).toEqual(["EVALSHA", "EVALSHA"]);
  });
});
