import { beforeEach, describe, expect, it } from "vitest";
import { append, entry, fill, mids, row, rows, setSlot } from "./redis-log-kit.ts";
import type { RedisRig } from "./redis-rig.ts";
import { useRedisRigs } from "./redis-rigs.ts";

const newRig = useRedisRigs();
let rig: RedisRig;
beforeEach(() => {
  rig = newRig();
});

const BAD_ENTRIES: [string, string[] | undefined][] = [
  ["no row", undefined],
  ["no field of ours", ["x", "1"]],
  ["text that is no JSON", ["e", '{"mid":']],
  ["null", row(null)],
  ["a number", row(1)],
  ["a list", row([entry])],
  ["no mid", row({ ...entry, mid: undefined })],
  ["an event that is a number", row({ ...entry, event: 1 })],
  ["a time that is a text", row({ ...entry, ts: "1" })],
  ["no digest", row({ ...entry, digest: undefined })],
  ["a sender without an id", row({ ...entry, from: {} })],
];

const WARNING = () => [
  {
    message: expect.stringContaining("an entry of a log"),
    details: { key: rig.logKey("entries") },
  },
];

describe("a slot that is not what was stored", () => {
  it.each(BAD_ENTRIES)("(%s) is an empty entry, with one warning", async (_, fields) => {
    const epoch = await fill(rig, 5);
    await setSlot(rig, 3, fields);
    const log = rig.log();
    const { entries, head } = await log.read("lobby", { after: 0, limit: 9 });
    expect(head).toBe(5);
    expect(entries.map(({ mid }) => mid)).toEqual(["m1", "m2", "", "m4", "m5"]);
    expect(entries[2]).toMatchObject({ seq: 3, event: "", data: null, ts: entries[3]?.ts });
    const { entries: page } = await log.read("lobby", { after: 1, limit: 2 });
    expect(page.map(({ mid }) => mid)).toEqual(["m2", ""]);
    const { entries: alone } = await log.read("lobby", { after: 2, limit: 1 });
    expect(alone).toHaveLength(1);
    expect(rig.warnings).toEqual(WARNING());
    const position = { epoch, after: 0 };
    const retry = await append(rig, "m5", position);
    expect(retry).toMatchObject({ status: "duplicate", entry: { seq: 5, mid: "m5" } });
    expect(await append(rig, "m6", position)).toMatchObject({ seq: 6, epoch });
    expect(rig.warnings).toEqual(WARNING());
  });

  it.each(["{", "null", '{"seq":7}'])("(%s) still recognises a retry of it", async (e) => {
    const epoch = await fill(rig, 2);
    const fields = (await rows(rig))[1]?.[1] ?? [];
    await setSlot(rig, 2, [...fields.slice(0, -1), e]);
    const retry = await append(rig, "m2", { epoch, after: 0 });
    expect(retry).toMatchObject({ status: "duplicate", entry: { seq: 2, mid: "m2", data: "m2" } });
    expect(rig.warnings).toEqual(WARNING());
  });

  it("takes its seq from its key, whatever it says of itself", async () => {
    await fill(rig, 3);
    await setSlot(rig, 2, row({ ...entry, seq: 7 }));
    expect(await mids(rig)).toEqual(["m1", "m3", "m3"]);
  });

  it.each(["never", "inf", "nan", "9e15", ""])(
    "of the time %j does not keep the log from being trimmed",
    async (time) => {
      const log = rig.log({ retention: { maxEntries: 3, maxAgeMs: 60_000, minAgeMs: 0 } });
      for (let seq = 1; seq <= 127; seq++) {
        await append(rig, `m${seq}`, undefined, log);
        rig.clock.advance(1000);
        if (seq === 5) await setSlot(rig, 2, ["k", "x", "t", time, "e", "{"]);
      }
      await append(rig, "m128", undefined, log);
      expect(await log.head("lobby")).toMatchObject({ head: 128, oldest: 126 });
      expect(Number(await rig.call("XLEN", rig.logKey("entries")))).toBeLessThan(10);
    },
  );
});

describe("rows in a log that are none of its own", () => {
  it.each([
    ["5-1", "x", "1"],
    ["5-1", ...row(entry)],
    ["7-0", "x", "1"],
    ["1790000000000-0", "x", "1"],
    ["1790000000000-0", ...row(entry)],
    ["18446744073709551615-18446744073709551615", ...row(entry)],
  ])("(%s) are dropped, and the log goes on", async (id, ...fields) => {
    const epoch = await fill(rig, 5);
    await rig.call("XADD", rig.logKey("entries"), id, ...fields);
    expect(await rig.log().head("lobby")).toEqual({ epoch, oldest: 1, head: 5 });
    expect(await append(rig, "m6", { epoch, after: 5 })).toMatchObject({ epoch, seq: 6 });
    expect(await mids(rig)).toEqual(["m1", "m2", "m3", "m4", "m5", "m6"]);
    expect(rig.warnings).toEqual([
      { message: expect.stringContaining("a room's log"), details: { key: rig.logKey("log") } },
    ]);
  });

  it("are passed over between entries, page by page", async () => {
    const epoch = await fill(rig, 3);
    const key = rig.logKey("entries");
    const found = await rows(rig);
    await rig.call("DEL", key);
    for (const [id, fields] of found) {
      await rig.call("XADD", key, id, ...fields);
      const foreign = ["k", '[null,"m9"]', "d", "digest of m9", "e", "{}"];
      if (id !== "3-0") await rig.call("XADD", key, id.replace("-0", "-1"), ...foreign);
    }
    expect(await mids(rig)).toEqual(["m1", "m2", "m3"]);
    for (const after of [0, 1, 2]) expect(await mids(rig, after, 1)).toEqual([`m${after + 1}`]);
    expect(await mids(rig, 0, 2)).toEqual(["m1"]); // The foreign row took the second place.
    expect(await append(rig, "m9", { epoch, after: 0 })).toMatchObject({
      status: "appended",
      seq: 4,
    });
  });

  it("do not make entries foreign that come after a great hole", async () => {
    const epoch = await fill(rig, 2);
    await rig.call("XADD", rig.logKey("entries"), "3000-0", ...row(entry));
    await rig.call("HSET", rig.logKey("log"), "h", 3000);
    await rig.call("XADD", rig.logKey("entries"), "*", "x", "1");
    expect(await rig.log().head("lobby")).toEqual({ epoch, oldest: 2001, head: 3000 });
    expect(await append(rig, "m3001")).toMatchObject({ epoch, seq: 3001 });
  });

  it("have a place before the first that is dropped as well", async () => {
    const epoch = await fill(rig, 2);
    const key = rig.logKey("entries");
    const found = await rows(rig);
    await rig.replace(key, "XADD", "0-1", "x", "1");
    for (const [id, fields] of found) await rig.call("XADD", key, id, ...fields);
    expect(await rig.log().head("lobby")).toEqual({ epoch, oldest: 1, head: 2 });
    expect(await mids(rig)).toEqual(["m1", "m2"]);
  });

  it("may have more fields than a script can hold", async () => {
    const epoch = await fill(rig, 2);
    const many = Array.from({ length: 20_000 }, () => "e");
    await rig.call("XADD", rig.logKey("entries"), "3-0", ...many);
    expect(await append(rig, "m3")).toMatchObject({ epoch, seq: 3 });
    expect(await mids(rig)).toEqual(["m1", "m2", "m3"]);
  });
});
