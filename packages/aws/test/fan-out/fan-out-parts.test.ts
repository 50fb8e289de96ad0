import { describe, expect, it } from "vitest";
import { createFanOutParts } from "../../src/fan-out-parts.ts";
import { startDynamo } from "../dynamo/dynamo-kit.ts";
import { createRig } from "../dynamo/dynamo-rig.ts";

const dynamo = await startDynamo();

/** The members of a part, page by page. */
async function membersOf(
  { store }: ReturnType<typeof createFanOutParts>,
  cursor: string | undefined,
  limit: number,
) {
  const ids: string[] = [];
  let next = cursor;
  do {
    const page = await store.members("lobby", { cursor: next, limit });
    ids.push(...page.members.map(({ connectionId }) => connectionId));
    next = page.cursor;
  } while (next !== undefined);
  return ids;
}

async function start(shards: number, count: number) {
  const rig = await createRig(dynamo);
  const store = rig.store({ shards });
  const ids = Array.from({ length: count }, (_, n) => `c${n}`);
  for (const id of ids) {
    await store.open(rig.connection(id));
    await store.join(id, "lobby");
  }
  return { ids, parts: createFanOutParts(store), store, rig };
}

describe("the parts of a room", { timeout: 20_000 }, () => {
  it("have each member once, in pages of any size", async () => {
    const { ids, parts } = await start(4, 24);
    const cursors = await parts.parts("lobby");
    expect(cursors).toHaveLength(4);
    for (const limit of [1, 3, 100]) {
      const all = await Promise.all(cursors.map((cursor) => membersOf(parts, cursor, limit)));
      for (const part of all) expect(part.length).toBeLessThan(ids.length);
      expect(all.flat().sort()).toEqual([...ids].sort());
    }
    // Nor do the usual cursors find more.
    expect((await membersOf(parts, undefined, 5)).sort()).toEqual([...ids].sort());
    expect(await parts.store.count("lobby")).toBe(24);
  });

  it("are the room itself where it has one shard, or nobody in it", async () => {
    const { ids, parts } = await start(1, 3);
    expect(await parts.parts("lobby")).toEqual([undefined]);
    expect((await membersOf(parts, undefined, 2)).sort()).toEqual(ids);
    expect(await parts.parts("empty")).toEqual([undefined]);
  });

  it("stay complete for those who were there while the room gets more shards", async () => {
    const { ids, parts, rig } = await start(2, 12);
    const cursors = await parts.parts("lobby");
    const grown = rig.store({ shards: 8 });
    for (const id of ["new1", "new2", "new3"]) {
      await grown.open(rig.connection(id));
      await grown.join(id, "lobby");
    }
    const all = await Promise.all(cursors.map((cursor) => membersOf(parts, cursor, 5)));
    expect(all.flat()).toEqual(expect.arrayContaining(ids));
    expect(await parts.parts("lobby")).toHaveLength(8);
  });
});
