import type { ConnectionStore } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { memberEntity } from "../../src/table-memberships.ts";
import { withShortPages } from "./short-pages.ts";
import { startTable } from "./table-kit.ts";
import { createRig, LEASE_MS, type TableRig } from "./table-rig.ts";

const kit = await startTable();
const CROWD = 1250; // One answer of Table Storage has at most 1,000 rows.

const crowd = Array.from({ length: CROWD }, (_, at) => `c-${String(at).padStart(4, "0")}`);

/** The rows of members as `join` writes them, a hundred at once. */
async function fill(rig: TableRig, room: string, ids: readonly string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += 100) {
    const lot = ids.slice(start, start + 100);
    await rig.trace.client.submitTransaction(
      lot.map((id) => ["create", memberEntity(room, rig.connection(id))]),
    );
  }
}

/** All pages of a room; something may happen after each. */
async function readAll(
  store: ConnectionStore,
  limit: number,
  between: (page: number) => Promise<void> = async () => {},
) {
  const ids: string[] = [];
  const sizes: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.members("lobby", { cursor, limit });
    ids.push(...page.members.map(({ connectionId }) => connectionId));
    sizes.push(page.members.length);
    expect(page.members.length).toBeLessThanOrEqual(limit);
    ({ cursor } = page);
    await between(sizes.length);
  } while (cursor !== undefined);
  return { ids, sizes };
}

describe("a room of more members than one answer holds", { timeout: 60_000 }, () => {
  it("is listed whole, each member once, and counted, in as few listings as there can be", async () => {
    const rig = await createRig(kit);
    await fill(rig, "lobby", crowd);
    await fill(rig, "lobby2", ["neighbour"]);
    const store = rig.store();
    rig.meter.reset();
    expect(await readAll(store, 1000)).toEqual({ ids: crowd, sizes: [1000, 250] });
    expect(await readAll(store, 5000)).toEqual({ ids: crowd, sizes: [1000, 250] });
    expect((await readAll(store, 250)).sizes).toEqual([250, 250, 250, 250, 250]);
    expect(rig.meter.counts()).toMatchObject({ list: 2 + 2 + 5, read: 0, write: 0 });
    rig.meter.reset();
    expect(await store.count("lobby")).toBe(CROWD);
    expect(rig.meter.counts()).toMatchObject({ list: 2, read: 0 });
  });

  it("is paged through while others join and leave, and nobody who stays is missing or doubled", async () => {
    const rig = await createRig(kit);
    const store = rig.store();
    await fill(rig, "lobby", crowd);
    const isMoving = (_: string, at: number) => at % 100 === 49 || at % 100 === 50;
    const moving = crowd.filter(isMoving);
    for (const id of moving) {
      await store.open(rig.connection(id));
      await store.join(id, "lobby");
    }
    const left = new Set<string>();
    const joined: string[] = [];
    // The first page ends with the first that leaves: its cursor's row is deleted before it is used.
    const { ids } = await readAll(store, 50, async (page) => {
      for (const id of moving.slice(page - 1, page)) {
        expect(await store.leave(id, "lobby")).toBe(true);
        left.add(id);
      }
      const id = `${crowd[(page * 211) % CROWD]}-late`;
      await rig.enter(id, "lobby");
      joined.push(id);
    });
    expect(new Set(ids).size).toBe(ids.length);
    const stayed = crowd.filter((id, at) => !isMoving(id, at));
    expect(ids.filter((id) => stayed.includes(id))).toEqual(stayed);
    const now = new Set((await readAll(store, 1000)).ids);
    expect([...now].sort()).toEqual([...crowd.filter((id) => !left.has(id)), ...joined].sort());
    expect(await store.count("lobby")).toBe(now.size);
  });
});

describe("answers with fewer rows than are wanted, or with none but a token", {
  timeout: 60_000,
}, () => {
  const ids = crowd.slice(0, 60);

  it("hide no member, whatever the page", async () => {
    const rig = await createRig(kit);
    await fill(rig, "lobby", ids);
    for (const limit of [1, 7, 8, 60, 1000]) {
      const { client, counts } = withShortPages(rig.trace.client, 7);
      const store = rig.store({}, client);
      expect((await readAll(store, limit)).ids).toEqual(ids);
      expect(await store.count("lobby")).toBe(60);
      expect(counts.empty).toBeGreaterThan(8);
    }
  });

  it("hide no connection of a user", async () => {
    const rig = await createRig(kit);
    const store = rig.store();
    const user = { userId: "ann" };
    for (const id of ids) await store.open(rig.connection(id, { user }));
    const { client, counts } = withShortPages(rig.trace.client, 1);
    expect([...(await rig.store({}, client).connectionsOf("ann"))].sort()).toEqual(ids);
    expect(counts.continued).toBeGreaterThan(40);
  });

  it("hide no message, no head and no log that is there", async () => {
    const rig = await createRig(kit);
    const { client } = withShortPages(rig.trace.client, 1);
    const log = rig.log({}, client);
    const { epoch } = await log.head("lobby");
    expect((await rig.log().head("lobby")).epoch).toBe(epoch);
    for (let seq = 1; seq <= 20; seq++) await log.append("lobby", rig.entry(`m${seq}`));
    const fresh = rig.log({}, client);
    expect(await fresh.head("lobby")).toEqual({ epoch, oldest: 1, head: 20 });
    const { entries } = await fresh.read("lobby", { after: 3, limit: 15 });
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 15 }, (_, at) => at + 4));
    const retry = await rig.log({}, client).append("lobby", rig.entry("m5"), { epoch, after: 0 });
    expect(retry).toMatchObject({ status: "duplicate", entry: { seq: 5 } });
  });

  it("leave no slot behind that is trimmed", async () => {
    const rig = await createRig(kit);
    const { client } = withShortPages(rig.trace.client, 9);
    const log = rig.log({ retention: { maxEntries: 3, minAgeMs: 0 } }, client);
    for (let seq = 1; seq < 64; seq++) await log.append("lobby", rig.entry(`m${seq}`));
    rig.clock.advance(10 * LEASE_MS);
    await log.append("lobby", rig.entry("m64"));
    expect((await rig.rows()).filter((key) => key.includes(" s."))).toHaveLength(3);
    expect(rig.warnings).toEqual([]);
  });
});
