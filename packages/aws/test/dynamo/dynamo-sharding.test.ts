import type { ConnectionStore } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { startDynamo } from "./dynamo-kit.ts";
import { createRig } from "./dynamo-rig.ts";

const kit = await startDynamo();
const names = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

async function walk(store: ConnectionStore, limit: number, between = async () => {}) {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.members("lobby", { cursor, limit });
    expect(page.members.length).toBeLessThanOrEqual(limit);
    ids.push(...page.members.map(({ connectionId }) => connectionId));
    cursor = page.cursor;
    await between();
  } while (cursor !== undefined);
  return ids;
}

describe("a room whose shards grow", { timeout: 30_000 }, () => {
  it("shows everybody to readers of any setting, leaves rows where they are, and never shrinks", async () => {
    const rig = await createRig(kit);
    const small = rig.store();
    const big = rig.store({ shards: (room) => (room === "lobby" ? 5 : 1) });
    const [early, late, last] = [names(5, "early"), names(9, "late"), names(3, "last")];
    for (const id of early) await rig.enter(id, "lobby");
    await Promise.all(late.map((id) => rig.enter(id)));
    await Promise.all(late.map((id) => big.join(id, "lobby")));
    const fewer = rig.store({ shards: 2 }); // A deployment that knows nothing of the five.
    await Promise.all(last.map((id) => rig.enter(id)));
    await Promise.all(last.map((id) => fewer.join(id, "lobby")));
    const all = [...early, ...late, ...last].sort();
    for (const store of [small, big, fewer]) {
      for (const limit of [1, 4, 17, 100]) expect((await walk(store, limit)).sort()).toEqual(all);
      expect(await store.count("lobby")).toBe(17);
    }
    for (const id of early) expect(await big.leave(id, "lobby")).toBe(true);
    for (const id of late.slice(0, 5)) expect(await small.leave(id, "lobby")).toBe(true);
    for (const id of late.slice(5)) expect((await small.close(id))?.rooms).toEqual(["lobby"]);
    expect((await walk(small, 100)).sort()).toEqual(last);
  });

  it("keeps the shard of a member that joins again", async () => {
    const rig = await createRig(kit);
    for (const id of names(12, "c")) {
      await rig.enter(id, "lobby");
      await rig.store({ shards: 6 }).join(id, "lobby");
    }
    expect(await walk(rig.store(), 100)).toHaveLength(12);
    expect(await rig.store().count("lobby")).toBe(12);
  });

  it("gives a reader that is under way everybody who was there, once", async () => {
    const rig = await createRig(kit);
    for (const id of names(6, "stay")) await rig.enter(id, "lobby");
    let joined = 0;
    const seen = await walk(rig.store(), 1, async () => {
      await rig.enter(`new${++joined}`);
      await rig.store({ shards: 4 }).join(`new${joined}`, "lobby");
    });
    expect(joined).toBeGreaterThan(5);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((id) => id.startsWith("stay"))).toHaveLength(6);
  });

  it("costs one more write once in a process, and no read", async () => {
    const rig = await createRig(kit);
    const store = rig.store({ shards: 4 });
    for (const id of ["a", "b"]) await rig.enter(id);
    rig.meter.reset();
    await store.join("a", "lobby");
    expect(rig.meter.counts()).toMatchObject({ write: 3, read: 1, list: 0 });
    rig.meter.reset();
    await store.join("b", "lobby");
    expect(rig.meter.counts()).toMatchObject({ write: 2, read: 1, list: 0 });
  });

  it("spreads its members", async () => {
    const rig = await createRig(kit);
    const store = rig.store({ shards: 4 });
    for (const id of names(40, "c")) {
      await rig.enter(id);
      await store.join(id, "lobby");
    }
    const before = rig.trace.sent.length;
    await walk(store, 100);
    const counts = rig.trace.sent.slice(before).map(({ input }) => input.ExpressionAttributeValues);
    expect(counts).toEqual([0, 1, 2, 3].map((shard) => ({ ":pk": `R#lobby#${shard}` })));
  });
});

describe("the option shards and the cursor", { timeout: 30_000 }, () => {
  it.each([0, -1, 1.5, 1001, "2", null])("refuse %s", async (shards) => {
    const rig = await createRig(kit);
    expect(() => rig.store({ shards: shards as number })).toThrow(/shards/);
    const store = rig.store({ shards: () => shards as number });
    await rig.enter("a");
    await expect(store.join("a", "lobby")).rejects.toMatchObject({ code: "invalid_argument" });
    await expect(
      store.members("lobby", { cursor: String(shards), limit: 1 }),
    ).rejects.toMatchObject({
      code: "invalid_argument",
    });
  });
});
