import { expect } from "vitest";
import { type ConnectionKit, memberIds, readMembers } from "./connection-kit.ts";

/** Joining and leaving, and what is seen of it. */
export function connectionRooms(kit: ConnectionKit): void {
  const { define, connection } = kit;

  define("shows a member as soon as join has resolved, with what a fan-out needs", async () => {
    const store = await kit.create();
    const reader = await kit.reopen(store);
    const ann = connection("a", { user: { userId: "ann", name: "Ann" } });
    const bob = connection("b", { user: { userId: "bob" }, protocol: "plain" });
    for (const opened of [ann, bob]) {
      await store.open(opened);
      expect(await store.join(opened.connectionId, "lobby")).toBe(true);
      expect(await memberIds(reader, "lobby")).toContain(opened.connectionId);
    }
    const members = await readMembers(reader, "lobby");
    expect(members.find(({ connectionId }) => connectionId === "a")).toEqual({
      connectionId: "a",
      userId: "ann",
      name: "Ann",
      protocol: "hubbub.v1",
    });
    expect(members.find(({ connectionId }) => connectionId === "b")).toEqual({
      connectionId: "b",
      userId: "bob",
      name: undefined,
      protocol: "plain",
    });
  });

  define("shows a member no more as soon as leave has resolved", async () => {
    const store = await kit.create();
    await kit.enter(store, "a", "lobby", "attic");
    expect(await store.leave("a", "lobby")).toBe(true);
    expect(await memberIds(await kit.reopen(store), "lobby")).toEqual([]);
    expect(await store.get("a")).toMatchObject({ rooms: ["attic"] });
    expect(await store.join("a", "lobby")).toBe(true);
    expect(await memberIds(store, "lobby")).toEqual(["a"]);
  });

  define("joins and leaves once, however often it is told to", async () => {
    const store = await kit.create();
    await kit.enter(store, "a", "lobby", "lobby");
    expect(await memberIds(store, "lobby")).toEqual(["a"]);
    expect(await store.count("lobby")).toBe(1);
    expect((await store.get("a"))?.rooms).toEqual(["lobby"]);
    expect(await store.leave("a", "lobby")).toBe(true);
    expect(await store.leave("a", "lobby")).toBe(false);
    expect(await store.leave("a", "never")).toBe(false);
    expect((await store.get("a"))?.rooms).toEqual([]);
    expect(await store.count("lobby")).toBe(0);
  });

  define("joins no unknown connection, and leaves no membership of the attempt", async () => {
    const store = await kit.create();
    expect(await store.join("ghost", "lobby")).toBe(false);
    expect(await store.leave("ghost", "lobby")).toBe(false);
    expect(await store.touch("ghost", kit.options.now() + kit.leaseMs)).toBe(false);
    expect(await memberIds(store, "lobby")).toEqual([]);
    expect(await store.count("lobby")).toBe(0);
    expect(await store.get("ghost")).toBeUndefined();
    // The attempt must not make a member of who comes later, nor a tombstone.
    expect(await store.open(connection("ghost"))).toBe(true);
    expect(await memberIds(store, "lobby")).toEqual([]);
    expect((await store.get("ghost"))?.rooms).toEqual([]);
  });

  define("keeps rooms and users apart", async () => {
    const store = await kit.create();
    const ann = { userId: "ann" };
    for (const id of ["a1", "a2", "a3"]) await store.open(connection(id, { user: ann }));
    await kit.enter(store, "b", "lobby", "attic");
    await store.join("a1", "lobby");
    await store.join("a2", "attic");
    expect([...(await store.connectionsOf("ann"))].sort()).toEqual(["a1", "a2", "a3"]);
    expect(await store.connectionsOf("user-of-b")).toEqual(["b"]);
    expect(await store.connectionsOf("nobody")).toEqual([]);
    expect(await memberIds(store, "lobby")).toEqual(["a1", "b"]);
    await store.close("a1");
    expect([...(await store.connectionsOf("ann"))].sort()).toEqual(["a2", "a3"]);
    expect(await memberIds(store, "attic")).toEqual(["a2", "b"]);
  });

  define("counts the members of a room", async () => {
    const store = await kit.create();
    expect(await store.count("lobby")).toBe(0);
    for (const id of ["a", "b", "c"]) await kit.enter(store, id, "lobby", "attic");
    expect(await store.count("lobby")).toBe(3);
    await store.leave("a", "lobby");
    await store.close("b");
    expect(await store.count("lobby")).toBe(1);
    expect(await store.count("attic")).toBe(2);
  });
}
