import { beforeEach, describe, expect, it } from "vitest";
import { append, fill, mids } from "./redis-log-kit.ts";
import type { RedisRig } from "./redis-rig.ts";
import { useRedisRigs } from "./redis-rigs.ts";

const newRig = useRedisRigs();
let rig: RedisRig;
beforeEach(() => {
  rig = newRig();
});

const BAD_STATES: [string, string, string | undefined][] = [
  ["no epoch", "e", undefined],
  ["an empty epoch", "e", ""],
  ["an epoch that is too long", "e", "x".repeat(65)],
  ["an epoch that is no text", "e", "a\u0000b"],
  ["an epoch with quotes and breaks", "e", "'\n] return redis.call('FLUSHALL')"],
  ["no head", "h", undefined],
  ["a head that is a text", "h", "x"],
  ["a head below nothing", "h", "-1"],
  ["a broken head", "h", "2.5"],
  ["a head in another notation", "h", "0x5"],
  ["a head before the newest entry", "h", "2"],
  ["a head behind the newest entry", "h", "6"],
  ["a huge head", "h", "9007199254740991"],
  ["a head beyond numbers", "h", "9".repeat(400)],
];

describe("a log's state that is not what was stored", () => {
  it.each(BAD_STATES)("(%s) is told by the entries, in a new epoch", async (_, field, value) => {
    for (const use of ["head", "read", "append"]) {
      rig = newRig();
      const epoch = await fill(rig, 5);
      if (value === undefined) await rig.call("HDEL", rig.logKey("log"), field);
      else await rig.call("HSET", rig.logKey("log"), field, value);
      const log = rig.log();
      const position = { epoch, after: 5 };
      if (use === "append") expect((await append(rig, "m6", position)).status).toBe("reset");
      if (use === "read") expect(await mids(rig)).toEqual(["m1", "m2", "m3", "m4", "m5"]);
      const state = await log.head("lobby");
      expect(state).toMatchObject({ oldest: 1, head: 5 });
      expect(state.epoch).toMatch(/^id-\d+$/);
      expect(state.epoch).not.toBe(epoch);
      const retry = await append(rig, "m5", { epoch: state.epoch, after: 0 });
      expect(retry).toMatchObject({ status: "duplicate", entry: { seq: 5 } });
      expect(await append(rig, "m6")).toMatchObject({ epoch: state.epoch, seq: 6 });
      expect(await mids(rig)).toEqual(["m1", "m2", "m3", "m4", "m5", "m6"]);
      expect(rig.warnings).toEqual([
        { message: expect.stringContaining("a room's log"), details: { key: rig.logKey("log") } },
      ]);
    }
  });

  it.each([
    ["SET", "x"],
    ["RPUSH", "1"],
    ["ZADD", "1", "e"],
  ])("of another type (%s) is told by the entries", async (command, ...args) => {
    const epoch = await fill(rig, 5);
    await rig.replace(rig.logKey("log"), command, ...args);
    const result = await append(rig, "m6", { epoch, after: 5 });
    expect(result).toMatchObject({ status: "reset", head: 5, oldest: 1 });
    expect(await append(rig, "m6")).toMatchObject({ seq: 6, epoch: result.epoch });
    expect(await mids(rig)).toHaveLength(6);
    expect(Number(await rig.call("PTTL", rig.logKey("log")))).toBeGreaterThan(0);
    expect(rig.warnings).toHaveLength(1);
  });

  it.each(["x", "9007199254740991", "9".repeat(400)])(
    "(%s) is begun anew where no entry tells the head",
    async (value) => {
      const { epoch } = await rig.log().head("lobby");
      await rig.call("HSET", rig.logKey("log"), "h", value);
      const state = await rig.log().head("lobby");
      expect(state.head).toBe(0);
      expect(state.epoch).not.toBe(epoch);
      expect(await append(rig, "m1")).toMatchObject({ epoch: state.epoch, seq: 1 });
    },
  );

  it("may lack epoch and head: the entries stay all the same", async () => {
    const epoch = await fill(rig, 3);
    await rig.call("HDEL", rig.logKey("log"), "e", "h");
    const state = await rig.log().head("lobby");
    expect(state).toMatchObject({ oldest: 1, head: 3 });
    expect(state.epoch).not.toBe(epoch);
    expect(await mids(rig)).toEqual(["m1", "m2", "m3"]);
  });

  it("is made of any id so that it can be read again", async () => {
    const log = rig.log({ id: () => "Zoë's id\n" });
    const { epoch } = await log.head("lobby");
    expect(await append(rig, "m1", { epoch, after: 0 }, log)).toMatchObject({ epoch, seq: 1 });
    expect(rig.warnings).toEqual([]);
  });

  it("may have been seen in a history that is none", async () => {
    await fill(rig, 2);
    await rig.call("HSET", rig.logKey("log"), "r", "]]' x");
    expect(await rig.log().head("lobby")).toMatchObject({ head: 2, oldest: 1 });
    expect(await append(rig, "m3")).toMatchObject({ seq: 3 });
  });
});

describe("entries of another type", () => {
  it.each([
    ["SET", "x"],
    ["RPUSH", "1"],
    ["HSET", "1-0", "e"],
  ])("(%s) are none, and their places are not given again", async (command, ...args) => {
    for (const use of ["head", "append"]) {
      rig = newRig();
      const epoch = await fill(rig, 5);
      await rig.replace(rig.logKey("entries"), command, ...args);
      if (use === "head") {
        expect(await rig.log().head("lobby")).toEqual({ epoch, oldest: 6, head: 5 });
      }
      expect(await append(rig, "m6")).toMatchObject({ epoch, seq: 6 });
      expect(await mids(rig, 5)).toEqual(["m6"]);
      expect(rig.warnings).toHaveLength(1);
    }
  });

  it("are none if all were put in their place", async () => {
    const epoch = await fill(rig, 5);
    await rig.replace(rig.logKey("entries"), "XADD", "*", "x", "1");
    expect(await append(rig, "m6")).toMatchObject({ epoch, seq: 6, oldest: 6 });
    expect(await mids(rig, 5)).toEqual(["m6"]);
  });
});

describe("entries of a seq that could not be counted on from", () => {
  it.each(["99999999999999-0", "9007199254740990-0"])("(%s) are none", async (id) => {
    await fill(rig, 5);
    await rig.replace(rig.logKey("entries"), "XADD", id, "e", "{}");
    for (const seq of [6, 7]) expect(await append(rig, `m${seq}`)).toMatchObject({ seq });
    expect(await mids(rig, 5)).toEqual(["m6", "m7"]);
  });
});

describe("what an append without a position has got", () => {
  it.each([
    ["SET", "x"],
    ["SET", "0"],
    ["SET", "9"],
    ["SET", "1e0"],
    ["RPUSH", "1"],
  ])("(%s %s) is no seq that the log has given", async (command, value) => {
    await fill(rig, 2);
    const log = rig.log({ id: () => "call" });
    await rig.call(command, rig.logKey("call:call"), value);
    expect(await append(rig, "m3", undefined, log)).toMatchObject({ status: "appended", seq: 3 });
    expect(await mids(rig)).toEqual(["m1", "m2", "m3"]);
  });
});
