import { describe, expect, it } from "vitest";
import { startCosKit } from "./cos-kit.ts";
import { createRig, entryOf, fill, fillAndTrim } from "./cos-rig.ts";

const kit = await startCosKit();
const { clock } = kit;
const MINUTE_MS = 60_000;
const HUGE = 7e12;

const sent = (mid: string) => entryOf(mid, clock.now());

describe("a slot of a seq that no append has come to", () => {
  const found = ["{", JSON.stringify({ entry: sent("x") })].flatMap((text) =>
    [5, 200, HUGE].map((seq) => ({ seq, text })),
  );

  it.each(found)("($seq) hides nothing, with one warning", async ({ seq, text }) => {
    for (const count of [1, 3]) {
      const rig = createRig(kit);
      const epoch = await fill(rig, count);
      rig.put(rig.keys.slot("lobby", seq), text);
      const log = rig.log();
      expect(await log.head("lobby")).toEqual({ epoch, oldest: 1, head: count });
      expect(rig.warnings).toHaveLength(1);
      const { entries } = await log.read("lobby", { after: 0, limit: 9 });
      expect(entries).toHaveLength(count);
      const position = { epoch, after: 0 };
      expect(await log.append("lobby", sent("next"), position)).toMatchObject({
        seq: count + 1,
      });
    }
  });

  it("hides nothing of a log that was trimmed", async () => {
    const rig = createRig(kit);
    const epoch = await fillAndTrim(rig);
    rig.put(rig.keys.slot("lobby", 1000), "{");
    expect(await rig.log().head("lobby")).toEqual({ epoch, oldest: 101, head: 128 });
    expect(await rig.log().append("lobby", sent("next"))).toMatchObject({ seq: 129 });
  });

  it("hides nothing where there are many of them", async () => {
    const rig = createRig(kit);
    const epoch = await fill(rig, 3);
    for (let n = 1; n <= 120; n++) rig.put(rig.keys.slot("lobby", n * 1000), "{");
    expect(await rig.log().head("lobby")).toEqual({ epoch, oldest: 1, head: 3 });
    expect(rig.warnings).toHaveLength(120);
  });

  it("is an entry like others once appends have come to it", async () => {
    const rig = createRig(kit);
    await fill(rig, 3);
    rig.put(rig.keys.slot("lobby", 5), "{");
    const log = rig.log();
    for (const [mid, seq] of [
      ["m4", 4],
      ["m6", 6],
    ] as const) {
      expect(await log.append("lobby", sent(mid))).toMatchObject({ seq });
    }
    const { entries } = await log.read("lobby", { after: 3, limit: 9 });
    expect(entries.map(({ mid }) => mid)).toEqual(["m4", "", "m6"]);
    expect(rig.warnings).toHaveLength(1);
  });

  it("is where a log begins that has no other", async () => {
    const rig = createRig(kit);
    const { epoch } = await rig.log().head("lobby");
    rig.put(rig.keys.slot("lobby", HUGE), "{");
    const log = rig.log();
    expect(await log.head("lobby")).toEqual({ epoch, oldest: HUGE, head: HUGE });
    expect(await log.append("lobby", sent("m1"))).toMatchObject({ epoch, seq: HUGE + 1 });
    const { entries } = await rig.log().read("lobby", { after: HUGE - 1, limit: 9 });
    expect(entries.map(({ mid }) => mid)).toEqual(["", "m1"]);
  });
});

describe("a beginning that no trim has come to", () => {
  it.each([3, 4, 200, HUGE])("(%d) hides nothing, with one warning", async (floor) => {
    const rig = createRig(kit);
    const epoch = await fill(rig, 3);
    rig.put(rig.keys.floor("lobby", floor), "");
    const log = rig.log();
    expect(await log.head("lobby")).toEqual({ epoch, oldest: 1, head: 3 });
    expect(await log.append("lobby", sent("m4"))).toMatchObject({ epoch, seq: 4 });
    expect((await rig.log().read("lobby", { after: 0, limit: 9 })).entries).toHaveLength(4);
    expect(rig.warnings[0]).toEqual({
      message: expect.stringContaining("the beginning of a log"),
      details: { room: "lobby" },
    });
  });

  it("hides nothing of a log that was trimmed, and is deleted by whoever sees it", async () => {
    const rig = createRig(kit);
    const epoch = await fillAndTrim(rig);
    for (const floor of [128, 1000, 2000, 3000, 4000]) {
      rig.put(rig.keys.floor("lobby", floor), "");
    }
    expect(await rig.log().head("lobby")).toEqual({ epoch, oldest: 101, head: 128 });
    expect(rig.warnings).toHaveLength(5);
    const floors = () => rig.listed(`${rig.keys.log("lobby")}f`);
    expect(floors()).toHaveLength(1);
    rig.fill(129, 191);
    clock.advance(5 * MINUTE_MS);
    const log = rig.log({ retention: { maxEntries: 10, minAgeMs: MINUTE_MS } });
    await log.append("lobby", sent("m192"));
    expect(await rig.log().head("lobby")).toEqual({ epoch, oldest: 183, head: 192 });
    expect(floors()).toHaveLength(1);
    expect(rig.warnings).toHaveLength(5);
  });

  it("costs nothing but its place where it can't be deleted", async () => {
    const rig = createRig(kit);
    const epoch = await fill(rig, 3);
    rig.put(rig.keys.floor("lobby", 9), "");
    kit.cos.faults.requests = ({ action }) =>
      action === "DeleteObject" ? { error: "AccessDenied" } : undefined;
    const log = rig.log({ logger: undefined });
    expect(await log.head("lobby")).toEqual({ epoch, oldest: 1, head: 3 });
    kit.cos.faults.requests = () => undefined;
    expect(await rig.log().head("lobby")).toEqual({ epoch, oldest: 1, head: 3 });
    expect(rig.listed(`${rig.keys.log("lobby")}f`)).toEqual([]);
  });

  it("is believed where a listing hides the slots behind it", async () => {
    const rig = createRig(kit);
    const epoch = await fillAndTrim(rig);
    rig.put(rig.keys.slot("lobby", 100), "{"); // A leftover of the trim.
    const hidden = Array.from({ length: 28 }, (_, index) => rig.keys.slot("lobby", 101 + index));
    kit.cos.faults.requests = ({ action }) =>
      action === "GetBucket" ? { listing: { hide: (key) => hidden.includes(key) } } : undefined;
    const state = await rig.log().head("lobby");
    kit.cos.faults.requests = () => undefined;
    expect(state).toEqual({ epoch, oldest: 101, head: 128 });
    expect(rig.warnings).toEqual([]);
  });
});

describe("a beginning that a listing hides", () => {
  it("lets nobody write where entries were before", async () => {
    const rig = createRig(kit);
    rig.fill(64, 64);
    rig.put(rig.keys.floor("lobby", 63), "");
    kit.cos.faults.requests = ({ action }) =>
      action === "GetBucket"
        ? { listing: { hide: (key) => key === rig.keys.floor("lobby", 63) } }
        : undefined;
    const state = await rig.log().head("lobby");
    kit.cos.faults.requests = () => undefined;
    expect(state).toMatchObject({ oldest: 64, head: 64 });
    expect(rig.warnings).toEqual([]);
  });
});

describe("a log of nothing but its own", () => {
  it.each([
    ["one slot", 1, 1],
    ["three slots", 1, 3],
    ["one slot that trimming has left", 64, 64],
    ["what trimming has left", 101, 128],
  ])("(%s) is known for one LIST and one GET", async (_, first, last) => {
    const rig = createRig(kit);
    await rig.log().head("lobby");
    rig.fill(first, last);
    if (first > 1) rig.put(rig.keys.floor("lobby", first - 1), "");
    kit.meter.reset();
    expect(await rig.log().head("lobby")).toMatchObject({ oldest: first, head: last });
    expect(kit.meter.counts()).toMatchObject({ read: 1, write: 0, list: 1 });
  });
});
