import { describe, expect, it } from "vitest";
import type { TableEntityLike } from "../../src/table-client.ts";
import { logPartition, logStateKey, slotKey } from "../../src/table-slots.ts";
import { startTable } from "./table-kit.ts";
import { createRig, LEASE_MS, type TableRig } from "./table-rig.ts";

const kit = await startTable();

const put = (rig: TableRig, row: object) =>
  rig.trace.client.upsertEntity(row as TableEntityLike, "Replace");

/** A log of so many entries, and its epoch. */
async function fill(rig: TableRig, count: number): Promise<string> {
  const log = rig.log();
  for (let seq = 1; seq <= count; seq++) await log.append("lobby", rig.entry(`m${seq}`));
  return (await log.head("lobby")).epoch;
}

const json = (value: unknown) => ({ t0: JSON.stringify(value) });
const entry = { mid: "m3", event: "say", data: 1, ts: 1, digest: "d" };

const BAD_ENTRIES: [string, object][] = [
  ["no column", {}],
  ["text that is no JSON", { t0: '{"mid":' }],
  ["text that was cut", { t0: "x".repeat(32_000), t1: "x".repeat(32_000) }],
  ["a number for text", { t0: 7 }],
  ["a list", json([entry])],
  ["no mid", json({ ...entry, mid: undefined })],
  ["an event that is a number", json({ ...entry, event: 1 })],
  ["a time that is a text", json({ ...entry, ts: "1" })],
  ["no digest", json({ ...entry, digest: undefined })],
  ["a sender without an id", json({ ...entry, from: {} })],
  ["a sender whose name is an object", json({ ...entry, from: { id: "eve", name: {} } })],
];

describe("a slot that is not what was stored", { timeout: 30_000 }, () => {
  it.each(BAD_ENTRIES)(
    "(%s) is an empty entry in its place, with one warning",
    async (_, columns) => {
      const rig = await createRig(kit);
      const epoch = await fill(rig, 5);
      await put(rig, { ...slotKey("lobby", epoch, 3), by: "x", ...columns });
      const log = rig.log();
      const { entries, head } = await log.read("lobby", { after: 0, limit: 9 });
      expect(head).toBe(5);
      expect(entries.map(({ seq, mid, event }) => [seq, mid, event])).toEqual([
        [1, "m1", "say"],
        [2, "m2", "say"],
        [3, "", ""],
        [4, "m4", "say"],
        [5, "m5", "say"],
      ]);
      expect(entries[2]).toMatchObject({ data: null, ts: entries[3]?.ts });
      expect(entries[2]?.from).toBeUndefined();
      const position = { epoch, after: 0 };
      const retry = await log.append("lobby", rig.entry("m5"), position);
      expect(retry).toMatchObject({ status: "duplicate", entry: { seq: 5 } });
      expect(await log.append("lobby", rig.entry("m6"), position)).toMatchObject({ seq: 6 });
      expect(rig.warnings).toHaveLength(1);
    },
  );

  it("is trimmed with the others, and not before it is old", async () => {
    const rig = await createRig(kit);
    const log = rig.log({ retention: { maxEntries: 3, minAgeMs: 0 } });
    for (let seq = 1; seq < 64; seq++) await log.append("lobby", rig.entry(`m${seq}`));
    const { epoch } = await log.head("lobby");
    for (const seq of [5, 63]) await put(rig, { ...slotKey("lobby", epoch, seq), by: "x" });
    rig.clock.advance(10 * LEASE_MS);
    await log.append("lobby", rig.entry("m64"));
    const slots = (await rig.rows()).filter((key) => key.includes(" s."));
    expect(slots).toHaveLength(3);
    expect((await log.read("lobby", { after: 61, limit: 9 })).entries).toHaveLength(3);
  });
});

describe("rows in a log that are none of its own", { timeout: 30_000 }, () => {
  it.each(["!a", "a", "s.!", "s.zz", "s.!.9007199254740990", "zz"])(
    "(%s) hide nothing",
    async (rowKey) => {
      const rig = await createRig(kit);
      const epoch = await fill(rig, 3);
      await put(rig, { partitionKey: logPartition("lobby"), rowKey, ...json(entry) });
      const log = rig.log();
      expect(await log.head("lobby")).toEqual({ epoch, oldest: 1, head: 3 });
      expect(await log.append("lobby", rig.entry("m4"))).toMatchObject({ seq: 4 });
      const { entries } = await rig.log().read("lobby", { after: 0, limit: 9 });
      expect(entries.map(({ mid }) => mid)).toEqual(["m1", "m2", "m3", "m4"]);
    },
  );

  it("between two slots are passed over", async () => {
    const rig = await createRig(kit);
    const epoch = await fill(rig, 3);
    const { partitionKey, rowKey } = slotKey("lobby", epoch, 2);
    for (const tail of ["a", ".0"])
      await put(rig, { partitionKey, rowKey: rowKey + tail, ...json(entry) });
    const { entries } = await rig.log().read("lobby", { after: 0, limit: 9 });
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });
});

const BAD_STATES: [string, object][] = [
  ["no column", {}],
  ["no floor", { epoch: true }],
  ["a floor that is a number", { epoch: true, floor: 3 }],
  ["a floor below nothing", { epoch: true, floor: "-1" }],
  ["an epoch that is a number", { epoch: 1, floor: "0" }],
  ["an epoch that breaks out of filters", { epoch: "x' or RowKey ne '", floor: "0" }],
];

describe("a log's state that is not what was stored", { timeout: 30_000 }, () => {
  it.each(BAD_STATES)("(%s) is told by the slots, with one warning", async (_, columns) => {
    const rig = await createRig(kit);
    const epoch = await fill(rig, 5);
    const row = "epoch" in columns && columns.epoch === true ? { ...columns, epoch } : columns;
    await put(rig, { ...logStateKey("lobby"), ...row });
    const log = rig.log({ retention: { maxEntries: 3, minAgeMs: 0 } });
    expect(await log.head("lobby")).toEqual({ epoch, oldest: 3, head: 5 });
    for (let seq = 6; seq < 64; seq++) await log.append("lobby", rig.entry(`m${seq}`));
    expect((await rig.log().read("lobby", { after: 0, limit: 99 })).entries).toHaveLength(63);
    expect(rig.warnings).toHaveLength(2); // One for each log.
    rig.clock.advance(10 * LEASE_MS);
    await log.append("lobby", rig.entry("m64"));
    rig.warnings.length = 0;
    // The first trim has written it anew.
    expect(await rig.log().head("lobby")).toEqual({ epoch, oldest: 62, head: 64 });
    expect(rig.warnings).toEqual([]);
  });

  it("is begun anew where no slot tells its epoch", async () => {
    const rig = await createRig(kit);
    await rig.log().head("lobby");
    await put(rig, { ...logStateKey("lobby"), epoch: 1 });
    const { epoch } = await rig.log().head("lobby");
    expect(await rig.log().head("lobby")).toEqual({ epoch, oldest: 1, head: 0 });
    expect(await rig.log().append("lobby", rig.entry("m1"))).toMatchObject({ seq: 1, epoch });
  });
});
