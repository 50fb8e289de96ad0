import { describe, expect, it } from "vitest";
import { connectionKey } from "../../src/table-connection-keys.ts";
import { startTable } from "./table-kit.ts";
import { createRig, DAY_MS, LEASE_MS, type TableRig } from "./table-rig.ts";

const kit = await startTable();

/** Closes unknown connections until every bucket was swept. */
async function sweepAll(rig: TableRig): Promise<void> {
  const store = rig.store({ random: () => 0, tombstoneMs: 0 });
  for (let index = 0; index < 80; index++) await store.close(`sweeper-${index}`);
}

const others = (keys: readonly string[]) => keys.filter((key) => !key.includes("sweeper"));

describe("rows that are long dead", { timeout: 60_000 }, () => {
  it("are deleted, and whoever lives is left alone", async () => {
    const rig = await createRig(kit);
    await rig.enter("closed", "lobby");
    await rig.enter("lapsed", "lobby", "attic");
    await rig.enter("living", "lobby");
    await rig.store().close("closed");
    await rig.store().close("never-opened");
    await rig.store().touch("living", rig.clock.now() + 30 * DAY_MS);
    rig.clock.advance(LEASE_MS + DAY_MS + 1);
    await sweepAll(rig);
    const keys = others(await rig.rows());
    expect(keys).toHaveLength(4);
    for (const key of keys) expect(key).toContain("living");
    const store = rig.store();
    expect((await store.members("lobby", { limit: 9 })).members).toHaveLength(1);
    expect(await store.connectionsOf("user-of-living")).toEqual(["living"]);
    expect(await store.connectionsOf("user-of-lapsed")).toEqual([]);
    expect(await store.open(rig.connection("lapsed"))).toBe(true);
    expect((await store.get("lapsed"))?.rooms).toEqual([]);
    expect(rig.warnings).toEqual([]);
  });

  it("are not those of yesterday: a tombstone stays as long as it must", async () => {
    const rig = await createRig(kit);
    await rig.enter("a", "lobby");
    rig.clock.advance(LEASE_MS / 2);
    await rig.store({ tombstoneMs: 3 * DAY_MS }).close("a");
    rig.clock.advance(2 * DAY_MS);
    await sweepAll(rig);
    expect(await rig.store().open(rig.connection("a"))).toBe(false);
    rig.clock.advance(DAY_MS + LEASE_MS);
    await sweepAll(rig);
    expect(await rig.store().open(rig.connection("a"))).toBe(true);
  });

  it.each([
    ["a tombstone of who never came, a day after its close", true, DAY_MS],
    ["an open connection, a day after its lease", false, LEASE_MS + DAY_MS],
  ])("stay until their last millisecond: %s", async (_what, isClosed, ms) => {
    const rig = await createRig(kit);
    if (isClosed) await rig.store().close("a");
    else await rig.enter("a", "lobby");
    const { partitionKey } = connectionKey("a");
    const isSame = (id: string) => connectionKey(id).partitionKey === partitionKey;
    const sweepers = Array.from({ length: 200 }, (_, at) => `sweeper-${at}`).filter(isSame);
    const sweeper = rig.store({ random: () => 0 });
    const left = async () => (await rig.rows()).filter((key) => key.endsWith(" c.a"));
    rig.clock.advance(ms);
    await sweeper.close(String(sweepers[0]));
    expect(await left()).toHaveLength(1);
    rig.clock.advance(1);
    await sweeper.close(String(sweepers[1]));
    expect(await left()).toEqual([]);
  });

  it("are opened again in time: the sweep lets go", async () => {
    const rig = await createRig(kit);
    await rig.enter("a", "lobby");
    rig.clock.advance(LEASE_MS + DAY_MS + 1);
    const again = rig.connection("a");
    const store = rig.store();
    const bury = rig.trace.client.submitTransaction;
    let isOpened = false;
    const client = {
      ...rig.trace.client,
      async submitTransaction(...args: Parameters<typeof bury>) {
        const [step] = args[0];
        if (!isOpened && step?.[0] === "update" && step[1].rowKey === "c.a") {
          isOpened = true;
          expect(await rig.store().open(again)).toBe(true);
        }
        return bury(...args);
      },
    };
    const sweeper = rig.store({ random: () => 0, tombstoneMs: 0 }, client);
    for (let index = 0; !isOpened && index < 200; index++) await sweeper.close(`sweeper-${index}`);
    expect(isOpened).toBe(true);
    expect(await store.get("a")).toMatchObject({ connectionId: "a", rooms: [] });
    expect(await store.connectionsOf("user-of-a")).toEqual(["a"]);
  });

  it("that can't be swept stop nobody from closing", async () => {
    const rig = await createRig(kit);
    await rig.enter("a", "lobby");
    const failing = {
      ...rig.trace.client,
      listEntities: () => ({ byPage: () => ({ next: () => Promise.reject(new Error("no")) }) }),
    };
    const closed = await rig.store({ random: () => 0 }, failing).close("a");
    expect(closed).toMatchObject({ rooms: ["lobby"] });
    expect(rig.warnings).toHaveLength(1);
  });
});
