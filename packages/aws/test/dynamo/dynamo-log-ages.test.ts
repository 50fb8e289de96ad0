import type { AppendPosition } from "@hubbub/core";
import { createSeededRandom } from "@hubbub/testing";
import { describe, expect, it } from "vitest";
import { expire } from "./dynamo-expiry.ts";
import { startDynamo } from "./dynamo-kit.ts";
import { append, at, DAY_MS, HOUR_MS, LOG, MINUTE_MS, readAll } from "./dynamo-log-kit.ts";
import { createRig, pausing } from "./dynamo-rig.ts";

const kit = await startDynamo();

describe("a log whose slots are deleted by DynamoDB", { timeout: 60_000 }, () => {
  it("keeps its epoch and its head while anybody looks, though no slot is left", async () => {
    const rig = await createRig(kit);
    const first = await rig.log().head("lobby");
    for (const mid of ["m1", "m2", "m3"]) await append(rig, rig.log(), mid);
    let deleted = 0;
    for (let days = 0; days < 16; days++) {
      rig.clock.advance(DAY_MS);
      expect(await rig.log().head("lobby")).toMatchObject({ epoch: first.epoch, head: 3 });
      deleted += await expire(rig, LOG);
    }
    expect(deleted).toBe(3);
    expect(await rig.log().head("lobby")).toEqual({ epoch: first.epoch, oldest: 4, head: 3 });
    expect(await append(rig, rig.log(), "m4", at(first))).toMatchObject({ status: "undecided" });
    expect(await append(rig, rig.log(), "m4")).toMatchObject({ status: "appended", seq: 4 });
  });

  it("begins a new epoch when nobody has looked, and refuses positions of the old one", async () => {
    const rig = await createRig(kit);
    const last = await append(rig, rig.log(), "m1");
    rig.clock.advance(30 * DAY_MS);
    expect(await expire(rig, LOG)).toBe(1);
    const [one, other] = await Promise.all([rig.log().head("lobby"), rig.log().head("lobby")]);
    expect(one).toEqual({ epoch: one.epoch, oldest: 1, head: 0 });
    expect(other).toEqual(one);
    expect(one.epoch).not.toBe(last.epoch);
    expect(await append(rig, rig.log(), "m1", at(last))).toMatchObject({ status: "reset" });
    expect(await append(rig, rig.log(), "m2", at(one))).toMatchObject({ seq: 1 });
    expect((await readAll(rig)).entries.map(({ mid }) => mid)).toEqual(["m2"]);
  });

  it("begins a new epoch behind slots that were left over, and never shows them", async () => {
    const rig = await createRig(kit);
    for (const mid of ["m1", "m2", "m3"]) await append(rig, rig.log(), mid);
    rig.clock.advance(30 * DAY_MS);
    let turn = 0;
    await expire(rig, LOG, () => ++turn > 1); // The last of them are deleted, the first is not.
    const before = await rig.log().head("lobby");
    expect(before).toMatchObject({ oldest: 1, head: 0 });
    await append(rig, rig.log(), "n1");
    expect((await readAll(rig)).entries.map(({ mid }) => mid)).toEqual(["n1"]);
    expect(await rig.log().head("lobby")).toEqual({ ...before, head: 1 });
  });

  it("keeps a slot for every paused writer, at whatever time he looked", async () => {
    for (const days of [0, 6.9, 7.1, 7.48, 8, 20]) {
      const rig = await createRig(kit);
      await append(rig, rig.log(), "m1");
      rig.clock.advance(days * DAY_MS);
      const pause = async () => {
        for (let minutes = 0; minutes < 15; minutes += 5) {
          rig.clock.advance(5 * MINUTE_MS);
          await expire(rig, LOG);
          await rig.log().head("lobby");
          if (minutes === 5) await append(rig, rig.log(), "theirs");
        }
      };
      // The first write is to the state row where that was due.
      const client = pausing(kit.client, "Put", pause, days > 0.5 ? 2 : 1);
      const mine = await append(rig, rig.log({ client }), "mine");
      expect(mine).toMatchObject({ status: "appended" });
      const mids = (await readAll(rig)).entries.map(({ mid }) => mid);
      expect(mids.slice(-2)).toEqual(["theirs", "mine"]);
    }
  });

  it("deletes no slot that a state row still calls kept", async () => {
    const rig = await createRig(kit);
    for (const mid of ["m1", "m2", "m3"]) {
      await append(rig, rig.log(), mid);
      rig.clock.advance(4 * HOUR_MS);
    }
    rig.clock.advance(7 * DAY_MS - 13 * HOUR_MS); // All are young, and the state row is checked.
    expect(await rig.log().head("lobby")).toMatchObject({ oldest: 1, head: 3 });
    rig.clock.advance(4 * HOUR_MS);
    await expire(rig, LOG);
    expect((await readAll(rig)).entries.map(({ mid }) => mid)).toEqual(["m2", "m3"]);
    rig.clock.advance(2 * DAY_MS);
    expect(await expire(rig, LOG)).toBe(3);
    expect(await readAll(rig)).toMatchObject({ oldest: 4, head: 3, entries: [] });
  });

  it("waits for the longest pause, however little it keeps", async () => {
    const rig = await createRig(kit);
    const retention = { maxAgeMs: 1, minAgeMs: 15 * MINUTE_MS };
    const birth = await append(rig, rig.log({ retention }), "m1");
    const other = async () => {
      rig.clock.advance(15 * MINUTE_MS);
      await expire(rig, LOG);
      await rig.log({ retention }).head("lobby");
    };
    const mine = rig.log({ retention, client: pausing(kit.client, "Put", other) });
    rig.clock.advance(MINUTE_MS - 1); // The state row is as old as it may be unchecked,
    await mine.head("lobby");
    rig.clock.advance(MINUTE_MS - 1); // and what was read of it as old as it may be remembered.
    await append(rig, mine, "mine");
    expect(await rig.log({ retention }).head("lobby")).toMatchObject({
      epoch: birth.epoch,
      head: 2,
    });
  });

  it("checks its state row now and then, not with every look", async () => {
    const rig = await createRig(kit);
    for (let count = 1; count <= 40; count++) await append(rig, rig.log(), `m${count}`);
    rig.meter.reset();
    for (let hours = 0; hours < 10; hours++) {
      rig.clock.advance(HOUR_MS);
      await rig.log().head("lobby");
    }
    expect(rig.meter.counts()).toMatchObject({ list: 10, write: 0, read: 0 });
    rig.clock.advance(HOUR_MS);
    await rig.log().head("lobby");
    expect(rig.meter.counts()).toMatchObject({ list: 12, write: 1 });
    rig.clock.advance(6.9 * DAY_MS);
    for (const mid of ["n1", "n2"]) await append(rig, rig.log(), mid);
    rig.meter.reset();
    rig.clock.advance(12 * HOUR_MS);
    expect(await rig.log().head("lobby")).toMatchObject({ oldest: 41, head: 42 });
    expect(rig.meter.counts().list).toBeLessThanOrEqual(1 + Math.ceil(Math.log2(42)) + 1);
  });

  it.each([1, 2])("loses nothing that is young, and repeats no place (seed %i)", async (seed) => {
    const rig = await createRig(kit);
    const random = createSeededRandom(seed);
    const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
    const stored: { place: string; mid: string; ts: number; position: AppendPosition }[] = [];
    const warm = [rig.log(), rig.log()];
    for (let step = 0; step < 30; step++) {
      rig.clock.advance(
        pick([0, HOUR_MS, 5 * HOUR_MS, 9 * HOUR_MS, DAY_MS, 3 * DAY_MS, 9 * DAY_MS]),
      );
      await expire(rig, LOG, () => random() < 0.5);
      for (let count = pick([0, 1, 5]); count > 0; count--) {
        const log = pick([...warm, rig.log()]);
        const position = at(await log.head("lobby"));
        const mid = `m${stored.length}`;
        const { status, epoch, head } = await append(rig, log, mid, position);
        expect(status).toBe("appended");
        stored.push({ place: `${epoch}/${head}`, mid, ts: rig.clock.now(), position });
      }
      const page = await readAll(rig);
      const young = stored.filter(({ ts }) => ts > rig.clock.now() - 7 * DAY_MS);
      expect(page.entries.map(({ mid }) => mid)).toEqual(young.map(({ mid }) => mid));
      if (stored.length === 0) continue;
      const { mid, position, ts } = pick(stored);
      const { status } = await append(rig, rig.log(), mid, position);
      const isYoung = ts > rig.clock.now() - 7 * DAY_MS;
      expect(isYoung ? ["duplicate"] : ["duplicate", "undecided", "reset"]).toContain(status);
    }
    expect(stored.length).toBeGreaterThan(20);
    expect(new Set(stored.map(({ place }) => place)).size).toBe(stored.length);
  });
});
