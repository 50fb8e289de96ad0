import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, it } from "vitest";
import { logStateKey, slotKey } from "../../src/dynamo-slots.ts";
import { startDynamo } from "./dynamo-kit.ts";
import { append, DAY_MS, HOUR_MS, LOG } from "./dynamo-log-kit.ts";
import { createRig, type DynamoRig, pausing } from "./dynamo-rig.ts";

const kit = await startDynamo();

/** A log of so many entries, and its epoch. */
async function fill(rig: DynamoRig, count: number): Promise<string> {
  const log = rig.log();
  for (let seq = 1; seq <= count; seq++) await append(rig, log, `m${seq}`);
  return (await log.head("lobby")).epoch;
}

const mids = async (rig: DynamoRig) => {
  const { entries } = await rig.log().read("lobby", { after: 0, limit: 99 });
  return entries.map(({ mid }) => mid);
};

const entry = { mid: "m3", event: "say", data: 1, ts: 1, digest: "d" };
const json = (value: unknown) => ({ entry: JSON.stringify(value) });

const BAD_ENTRIES: [string, object][] = [
  ["no attribute", {}],
  ["text that is no JSON", { entry: '{"mid":' }],
  ["an object for text", { entry }],
  ["null", json(null)],
  ["a list", json([entry])],
  ["no mid", json({ ...entry, mid: undefined })],
  ["an event that is a number", json({ ...entry, event: 1 })],
  ["a time that is a text", json({ ...entry, ts: "1" })],
  ["no digest", json({ ...entry, digest: undefined })],
  ["a sender without an id", json({ ...entry, from: {} })],
  ["a sender whose name is an object", json({ ...entry, from: { id: "eve", name: {} } })],
];

describe("a slot that is not what was stored", { timeout: 30_000 }, () => {
  it.each(BAD_ENTRIES)("(%s) is an empty entry, with one warning", async (_, attributes) => {
    const rig = await createRig(kit);
    const epoch = await fill(rig, 5);
    await rig.put({ ...slotKey("lobby", epoch, 3), ...attributes });
    const log = rig.log();
    const { entries, head } = await log.read("lobby", { after: 0, limit: 9 });
    expect(head).toBe(5);
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(entries.map(({ mid }) => mid)).toEqual(["m1", "m2", "", "m4", "m5"]);
    expect(entries[2]).toMatchObject({ event: "", data: null, ts: entries[3]?.ts });
    const position = { epoch, after: 0 };
    const retry = await append(rig, log, "m5", position);
    expect(retry).toMatchObject({ status: "duplicate", entry: { seq: 5 } });
    expect(await append(rig, log, "m6", position)).toMatchObject({ seq: 6 });
    expect(rig.warnings).toMatchObject([{ details: { partition: LOG } }]);
  });

  it("takes its seq from its key, whatever it says of itself", async () => {
    const rig = await createRig(kit);
    const epoch = await fill(rig, 2);
    await rig.put({ ...slotKey("lobby", epoch, 2), ...json({ ...entry, seq: 7 }) });
    const { entries } = await rig.log().read("lobby", { after: 0, limit: 9 });
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(await rig.log().head("lobby")).toMatchObject({ head: 2 });
  });

  it("may be the newest one: the log goes on behind it", async () => {
    const rig = await createRig(kit);
    const epoch = await fill(rig, 3);
    await rig.put({ ...slotKey("lobby", epoch, 3), entry: "{" });
    expect(await append(rig, rig.log(), "m4")).toMatchObject({ epoch, seq: 4 });
  });

  it("is as old as the next one where the oldest young one is looked for", async () => {
    const rig = await createRig(kit);
    const retention = { maxAgeMs: DAY_MS, minAgeMs: 0 };
    const log = rig.log({ retention });
    for (let n = 1; n <= 4; n++) await append(rig, log, `old-${n}`);
    rig.clock.advance(22 * HOUR_MS);
    for (let n = 1; n <= 4; n++) await append(rig, log, `young-${n}`);
    const { epoch } = await log.head("lobby");
    rig.clock.advance(22 * HOUR_MS); // And nobody has looked since.
    for (const seq of [1, 2, 5]) await rig.put({ ...slotKey("lobby", epoch, seq), entry: "{" });
    // The first two are as old as the third, the fifth is as young as the sixth.
    expect(await rig.log({ retention }).head("lobby")).toEqual({ epoch, oldest: 5, head: 8 });
  });
});

describe("rows in a log that are none of its own", { timeout: 30_000 }, () => {
  it.each(["!a", "0", "000000", "a", "zz", "~~", "Zoë"])("(%s) hide nothing", async (sk) => {
    const rig = await createRig(kit);
    const epoch = await fill(rig, 3);
    await rig.put({ pk: LOG, sk, epoch: "foreign", ...json(entry) });
    const log = rig.log();
    expect(await log.head("lobby")).toEqual({ epoch, oldest: 1, head: 3 });
    expect(await append(rig, log, "m4")).toMatchObject({ epoch, seq: 4 });
    expect(await mids(rig)).toEqual(["m1", "m2", "m3", "m4"]);
  });

  it.each([[], ["~~"]])(
    "hide nothing under the key of a later log's slot: beside it %j",
    async (...sks) => {
      const rig = await createRig(kit);
      const epoch = await fill(rig, 3);
      const later = slotKey("lobby", "999999-foreign", 7);
      await rig.put({ ...later, ...json(entry) });
      for (const sk of sks) await rig.put({ pk: LOG, sk });
      const log = rig.log();
      expect(await log.head("lobby")).toEqual({ epoch, oldest: 1, head: 3 });
      expect(await append(rig, log, "m4")).toMatchObject({ epoch, seq: 4 });
      expect(await mids(rig)).toEqual(["m1", "m2", "m3", "m4"]);
    },
  );

  it("are passed over between slots and behind the newest", async () => {
    const rig = await createRig(kit);
    const epoch = await fill(rig, 3);
    for (const seq of [2, 3]) {
      const { pk, sk } = slotKey("lobby", epoch, seq);
      for (let n = 10; n < 30; n++) await rig.put({ pk, sk: `${sk}${n}`, ...json(entry) });
    }
    expect(await rig.log().head("lobby")).toEqual({ epoch, oldest: 1, head: 3 });
    expect(await mids(rig)).toEqual(["m1", "m2", "m3"]);
  });
});

const BAD_STATES: [string, object][] = [
  ["no attribute", {}],
  ["an epoch that is a number", { epoch: 1, head: 0, oldest: 1, checkedAt: 9e15 }],
  ["an epoch of another form", { epoch: "x", head: 0, oldest: 1, checkedAt: 9e15 }],
  ["no head", { epoch: true, oldest: 1, checkedAt: 9e15 }],
  ["an oldest entry below nothing", { epoch: true, head: 0, oldest: 0, checkedAt: 9e15 }],
  ["an oldest entry that is a text", { epoch: true, head: 0, oldest: "1", checkedAt: 9e15 }],
  ["a time that is a text", { epoch: true, head: 0, oldest: 1, checkedAt: "now" }],
];

describe("a log's state that is not what was stored", { timeout: 30_000 }, () => {
  it.each(BAD_STATES)("(%s) is told by the slots, and written anew", async (_, attributes) => {
    for (const retention of [{}, { maxAgeMs: Infinity }]) {
      const rig = await createRig(kit);
      const epoch = await fill(rig, 5);
      const row = "epoch" in attributes && attributes.epoch === true ? { epoch } : {};
      await rig.put({ ...logStateKey("lobby"), ...attributes, ...row });
      const log = rig.log({ retention });
      expect(await log.head("lobby")).toEqual({ epoch, oldest: 1, head: 5 });
      expect(await append(rig, log, "m6")).toMatchObject({ epoch, seq: 6 });
      expect(rig.warnings).toHaveLength(1);
      expect(await rig.log({ retention }).head("lobby")).toEqual({ epoch, oldest: 1, head: 6 });
      expect(rig.warnings).toHaveLength(1);
    }
  });

  it("is told by the slots behind rows that are none of the log's, trimmed as they are", async () => {
    const rig = await createRig(kit);
    const log = rig.log({ retention: { maxAgeMs: Infinity, maxEntries: 3, minAgeMs: 0 } });
    for (let seq = 1; seq <= 64; seq++) await append(rig, log, `m${seq}`);
    const { epoch } = await log.head("lobby");
    const [first = ""] = await rig.keys(LOG);
    const oldest = Number(first.split("#")[1]);
    expect(oldest).toBeGreaterThan(1);
    await rig.put({ ...logStateKey("lobby"), epoch: 1 });
    for (const sk of ["9~", ":", "zz"]) await rig.put({ pk: LOG, sk });
    const state = await rig.log({ retention: { maxAgeMs: Infinity } }).head("lobby");
    expect(state).toEqual({ epoch, oldest, head: 64 });
  });

  it("is written over nothing that a trimming has said meanwhile", async () => {
    const rig = await createRig(kit);
    const epoch = await fill(rig, 5);
    const state = { ...logStateKey("lobby"), epoch, checkedAt: rig.clock.now() }; // It has no head.
    await rig.put({ ...state, oldest: 1 });
    const trim = async () => {
      await rig.put({ ...state, oldest: 4 });
      for (const seq of [1, 2, 3]) {
        const Key = slotKey("lobby", epoch, seq);
        await kit.client.send(new DeleteCommand({ TableName: rig.tableName, Key }));
      }
    };
    const client = pausing(kit.client, "Put", trim);
    const log = rig.log({ retention: { maxAgeMs: Infinity }, client });
    expect(await log.head("lobby")).toEqual({ epoch, oldest: 4, head: 5 });
  });

  it("is begun anew where no slot tells its epoch", async () => {
    const rig = await createRig(kit);
    await rig.log().head("lobby");
    await rig.put({ ...logStateKey("lobby"), epoch: 1 });
    const { epoch } = await rig.log().head("lobby");
    expect(await rig.log().head("lobby")).toEqual({ epoch, oldest: 1, head: 0 });
    expect(await append(rig, rig.log(), "m1")).toMatchObject({ epoch, seq: 1 });
  });
});
