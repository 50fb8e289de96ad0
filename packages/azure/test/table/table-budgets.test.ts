import { describe, expect, it } from "vitest";
import { startTable } from "./table-kit.ts";
import { cost, createRig, LEASE_MS } from "./table-rig.ts";

const kit = await startTable();

describe("what an operation costs", { timeout: 30_000 }, () => {
  it("is a write to connect, two and a read to join, two to leave", async () => {
    const rig = await createRig(kit);
    const store = rig.store();
    expect(await cost(rig, () => store.open(rig.connection("a")))).toEqual({
      calls: ["submitTransaction"],
      ...{ read: 0, write: 1, list: 0 },
    });
    expect(await cost(rig, () => store.join("a", "lobby"))).toEqual({
      calls: ["getEntity", "upsertEntity", "updateEntity"],
      ...{ read: 1, write: 2, list: 0 },
    });
    expect(await cost(rig, () => store.get("a"))).toMatchObject({ read: 1, write: 0, list: 0 });
    expect(await cost(rig, () => store.touch("a", rig.clock.now() + 2 * LEASE_MS))).toEqual({
      calls: ["getEntity", "updateEntity", "updateEntity"],
      ...{ read: 1, write: 2, list: 0 },
    });
    expect(await cost(rig, () => store.leave("a", "lobby"))).toEqual({
      calls: ["getEntity", "getEntity", "updateEntity", "deleteEntity"],
      ...{ read: 2, write: 2, list: 0 },
    });
    expect(await cost(rig, () => store.leave("a", "lobby"))).toMatchObject({ read: 2, write: 0 });
    await store.join("a", "lobby");
    expect(await cost(rig, () => store.close("a"))).toEqual({
      calls: ["getEntity", "submitTransaction", "deleteEntity"],
      ...{ read: 1, write: 2, list: 0 },
    });
    expect(await cost(rig, () => store.close("never"))).toMatchObject({ read: 1, write: 1 });
  });

  it("is a list for each page of members, and one for each bucket to find a user", async () => {
    const rig = await createRig(kit);
    const store = rig.store();
    for (const id of ["a", "b", "c", "d"]) await rig.enter(id, "lobby");
    for (const limit of [4, 2, 1]) {
      const pages = cost(rig, async () => {
        let cursor: string | undefined;
        do cursor = (await store.members("lobby", { cursor, limit })).cursor;
        while (cursor !== undefined);
      });
      expect(await pages).toMatchObject({ read: 0, write: 0, list: 4 / limit });
    }
    expect(await cost(rig, () => store.count("lobby"))).toMatchObject({ read: 0, list: 1 });
    const found = await cost(rig, () => store.connectionsOf("user-of-a"));
    expect(found).toMatchObject({ read: 1, list: 16, write: 0 });
  });

  it("is a write to publish", async () => {
    const rig = await createRig(kit);
    const log = rig.log();
    const append = (mid: string, on = log) => cost(rig, () => on.append("lobby", rig.entry(mid)));
    expect((await append("birth")).calls).toEqual([
      ...["listEntities", "createEntity", "listEntities", "createEntity"],
    ]);
    expect(await append("warm")).toEqual({
      calls: ["createEntity"],
      ...{ read: 0, write: 1, list: 0 },
    });
    expect(await append("cold", rig.log())).toMatchObject({ read: 0, write: 1, list: 1 });
    expect(await cost(rig, () => log.head("lobby"))).toMatchObject({ list: 1, read: 0 });
    const history = cost(rig, () => log.read("lobby", { after: 0, limit: 50 }));
    expect(await history).toMatchObject({ list: 2, read: 0, write: 0 });
  });
});
