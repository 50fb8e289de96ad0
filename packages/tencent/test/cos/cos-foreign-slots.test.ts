import { describe, expect, it } from "vitest";
import { startCosKit } from "./cos-kit.ts";
import { type CosRig, createRig, entryOf, fill, NO_JSON_OF_OURS } from "./cos-rig.ts";

const kit = await startCosKit();
const { clock } = kit;
const MINUTE_MS = 60_000;

const sent = (mid: string) => entryOf(mid, clock.now());

const entry = { mid: "m3", event: "say", data: 1, ts: 1, digest: "d" };
const json = (value: unknown) => JSON.stringify({ entry: value, by: "eve" });
const WARNING = {
  message: expect.stringContaining("an entry of a log"),
  details: { room: "lobby" },
};

const BAD_ENTRIES: [string, string][] = [
  ...NO_JSON_OF_OURS.map((text): [string, string] => [JSON.stringify(text), text]),
  ["an entry that stands alone", JSON.stringify(entry)],
  ["a text for an entry", json(JSON.stringify(entry))],
  ["null", json(null)],
  ["a list", json([entry])],
  ["no mid", json({ ...entry, mid: undefined })],
  ["an event that is a number", json({ ...entry, event: 1 })],
  ["a time that is a text", json({ ...entry, ts: "1" })],
  ["an endless time", json({ ...entry, ts: 0 }).replace('"ts":0', '"ts":1e999')],
  ["no digest", json({ ...entry, digest: undefined })],
  ["a sender without an id", json({ ...entry, from: {} })],
  ["a sender whose name is an object", json({ ...entry, from: { id: "eve", name: {} } })],
];

describe("a slot that is not what was stored", () => {
  it.each(BAD_ENTRIES)("(%s) is an empty entry, with one warning", async (_, text) => {
    const rig = createRig(kit);
    const epoch = await fill(rig, 5);
    rig.put(rig.keys.slot("lobby", 3), text);
    const log = rig.log();
    const { entries, head } = await log.read("lobby", { after: 0, limit: 9 });
    expect(head).toBe(5);
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(entries.map(({ mid }) => mid)).toEqual(["m1", "m2", "", "m4", "m5"]);
    expect(entries[2]).toMatchObject({ event: "", data: null, ts: entries[3]?.ts });
    const position = { epoch, after: 0 };
    const retry = await log.append("lobby", sent("m5"), position);
    expect(retry).toMatchObject({ status: "duplicate", entry: { seq: 5 } });
    expect(await log.append("lobby", sent("m6"), position)).toMatchObject({ seq: 6 });
    expect(rig.warnings).toEqual([WARNING]);
  });

  it("takes its seq from its key, whatever it says of itself", async () => {
    const rig = createRig(kit);
    await fill(rig, 2);
    rig.put(rig.keys.slot("lobby", 2), json({ ...entry, seq: 7e300 }));
    const { entries } = await rig.log().read("lobby", { after: 0, limit: 9 });
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(await rig.log().head("lobby")).toMatchObject({ head: 2 });
    expect(rig.warnings).toEqual([]);
  });

  it("may be the newest one: the log goes on behind it", async () => {
    const rig = createRig(kit);
    const epoch = await fill(rig, 3);
    rig.put(rig.keys.slot("lobby", 3), "{");
    expect(await rig.log().append("lobby", sent("m4"))).toMatchObject({ epoch, seq: 4 });
  });

  it("is taken where somebody else was faster", async () => {
    const rig = createRig(kit);
    await fill(rig, 3);
    const log = rig.log();
    await log.head("lobby");
    rig.put(rig.keys.slot("lobby", 4), "{");
    expect(await log.append("lobby", sent("m4"))).toMatchObject({ status: "appended", seq: 5 });
    expect(rig.warnings).toEqual([WARNING]);
  });
});

describe("trimming", () => {
  const retention = { maxEntries: 10, minAgeMs: MINUTE_MS };
  const slotsOf = (rig: CosRig) => rig.listed(`${rig.keys.log("lobby")}s`).length;

  it("takes a slot that can't be read for as old as the next one", async () => {
    const rig = createRig(kit);
    const log = rig.log({ retention });
    rig.fill(1, 100, clock.now() - 5 * MINUTE_MS);
    rig.fill(101, 127);
    // Of those that may go, of those that may stay, and both sides of where one becomes the other.
    for (const seq of [1, 2, 50, 51, 99, 100, 101, 102, 127]) {
      rig.put(rig.keys.slot("lobby", seq), "{");
    }
    await log.append("lobby", sent("m128"));
    expect(slotsOf(rig)).toBe(30); // The 99th is as young as the 103rd.
    const { entries, oldest } = await rig.log().read("lobby", { after: 98, limit: 99 });
    expect([oldest, entries.length]).toEqual([99, 30]);
    const warned = rig.warnings.filter(({ message }) => message.includes("an entry of a log"));
    expect(warned).toHaveLength(rig.warnings.length);
  });

  it("frees nothing as long as no slot tells its age", async () => {
    const rig = createRig(kit);
    const log = rig.log({ retention });
    for (let seq = 1; seq < 64; seq++) rig.put(rig.keys.slot("lobby", seq), "{");
    await log.append("lobby", sent("m64"));
    expect(slotsOf(rig)).toBe(64);
    expect(await rig.log().head("lobby")).toMatchObject({ head: 64 });
  });

  it("deletes nothing that is none of the log's slots and beginnings", async () => {
    const rig = createRig(kit);
    const log = rig.log({ retention });
    rig.fill(1, 100, clock.now() - 5 * MINUTE_MS);
    rig.fill(101, 127);
    const foreign = ["f~", "fz", `f9${"y".repeat(15)}`, "s~", "sz", `s9${"y".repeat(15)}`];
    for (const name of foreign) rig.put(rig.keys.log("lobby") + name, "precious");
    await log.append("lobby", sent("m128"));
    const left = rig.listed(rig.keys.log("lobby"));
    expect(left).toEqual(expect.arrayContaining(foreign));
    expect(left).toHaveLength(1 + 1 + 28 + foreign.length);
    expect(await rig.log().head("lobby")).toMatchObject({ oldest: 101, head: 128 });
  });
});
