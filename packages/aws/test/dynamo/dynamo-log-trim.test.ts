import type { RoomLog } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { expire } from "./dynamo-expiry.ts";
import { startDynamo } from "./dynamo-kit.ts";
import { append, DAY_MS, LOG, MINUTE_MS } from "./dynamo-log-kit.ts";
import { createRig, pausing } from "./dynamo-rig.ts";

const kit = await startDynamo();

describe("a log that keeps everything for ever", { timeout: 60_000 }, () => {
  it("has no row that expires", async () => {
    const rig = await createRig(kit);
    const log = rig.log({ retention: { maxAgeMs: Infinity, maxEntries: Infinity } });
    await append(rig, log, "m1");
    rig.clock.advance(4_000 * DAY_MS);
    expect(await expire(rig, LOG)).toBe(0);
    await append(rig, log, "m2");
    expect((await log.read("lobby", { after: 0, limit: 9 })).entries).toHaveLength(2);
  });

  it("deletes what it trims, and what an earlier trimming left behind", async () => {
    const rig = await createRig(kit);
    const retention = { maxAgeMs: Infinity, maxEntries: 2, minAgeMs: 0 };
    const fill = async (log: RoomLog, prefix: string, count: number) => {
      for (let index = 0; index < count; index++) {
        rig.clock.advance(MINUTE_MS);
        await append(rig, log, `${prefix}${index}`);
      }
    };
    const dying = pausing(kit.client, "BatchWrite", () => Promise.reject(new Error("died")), 2);
    await fill(rig.log({ retention, client: dying }), "a", 64);
    const { oldest } = await rig.log({ retention }).head("lobby");
    expect(oldest).toBe(63);
    await fill(rig.log({ retention }), "b", 64);
    rig.meter.reset();
    const slots = rig.trace.sent.length;
    const page = await rig.log({ retention }).read("lobby", { after: 0, limit: 1_000 });
    expect(page).toMatchObject({ oldest: 127, head: 128, entries: [] });
    const found = rig.trace.sent.slice(slots).map(({ items }) => items);
    expect(found.at(-1)).toBeLessThanOrEqual(4); // What is left in the table.
  });
});
