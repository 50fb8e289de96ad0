import { describe, expect, it } from "vitest";
import { createCountingMeter, createVirtualClock } from "../../testing/src/index.ts";
import type { Connection } from "../src/index.ts";
import { createMemoryConnectionStore } from "../src/memory.ts";

function start() {
  const clock = createVirtualClock();
  const store = createMemoryConnectionStore({ clock, tombstoneMs: 5000 });
  const open = (connectionId: string, userId: string, rooms: string[] = [], more: object = {}) => {
    const { now } = clock;
    const connection: Connection = {
      connectionId,
      user: { userId, ...more },
      protocol: "hubbub.v1",
      rooms,
      connectedAt: now(),
      expiresAt: now() + 1000,
    };
    return store.open(connection);
  };
  return { clock, store, open };
}

describe("createMemoryConnectionStore", () => {
  it("opened again by somebody else belongs to him, in the rooms where it was", async () => {
    const { store, open } = start();
    await open("c", "ada", ["lobby"]);
    await open("c", "bob");
    expect(await store.connectionsOf("ada")).toEqual([]);
    expect(await store.connectionsOf("bob")).toEqual(["c"]);
    const { members } = await store.members("lobby", { limit: 10 });
    expect(members).toMatchObject([{ connectionId: "c", userId: "bob" }]);
  });

  it("opened again after its lease has only the rooms that it brings", async () => {
    const { clock, store, open } = start();
    await open("c", "ada", ["lobby"]);
    await clock.advance(1000);
    await open("c", "bob", ["attic"]);
    expect(await store.connectionsOf("ada")).toEqual([]);
    expect(await store.count("lobby")).toBe(0);
    expect(await store.count("attic")).toBe(1);
    expect(await store.get("c")).toMatchObject({ rooms: ["attic"] });
  });

  it("that leaves when its lease has ended was no member any more", async () => {
    const { clock, store, open } = start();
    await open("c", "ada", ["lobby", "attic"]);
    await clock.advance(999);
    expect(await store.leave("c", "lobby")).toBe(true);
    await clock.advance(1);
    expect(await store.leave("c", "attic")).toBe(false);
    expect((await store.members("attic", { limit: 10 })).expired).toEqual([]);
  });

  it("that is touched lives on, in the room that it joined", async () => {
    const { clock, store, open } = start();
    await open("c", "ada");
    expect(await store.join("c", "lobby")).toBe(true);
    await clock.advance(999);
    expect(await store.touch("c", clock.now() + 1000)).toBe(true);
    await clock.advance(999);
    expect(await store.count("lobby")).toBe(1);
  });

  it("keeps its user, however deep a reader reaches into what he got", async () => {
    const { store, open } = start();
    await open("c", "ada", [], { plan: { name: "free" } });
    const user = (await store.get("c"))?.user as unknown as { plan: { name: string } };
    user.plan.name = "paid";
    expect((await store.get("c"))?.user).toEqual({ userId: "ada", plan: { name: "free" } });
  });

  it("that is closed stays closed for as long as tombstones last", async () => {
    const { clock, open, store } = start();
    await open("c", "ada");
    await store.close("c");
    await clock.advance(4999);
    expect(await open("c", "ada")).toBe(false);
    await clock.advance(1);
    expect(await open("c", "ada")).toBe(true);
  });

  it("counts what would be requests", async () => {
    const clock = createVirtualClock();
    const meter = createCountingMeter();
    const store = createMemoryConnectionStore({ clock, meter });
    const counts = () => {
      const { read, write, list } = meter.counts();
      return { read, write, list };
    };
    await store.open({
      connectionId: "c",
      user: { userId: "ada" },
      protocol: "plain",
      rooms: ["a", "b"],
      connectedAt: 0,
      expiresAt: Infinity,
    });
    expect(counts()).toEqual({ read: 0, write: 1, list: 0 });
    await store.touch("c", Infinity);
    await store.touch("unknown", Infinity);
    expect(counts().write).toBe(1 + 3 + 1);
    await store.get("c");
    await store.count("a");
    expect(counts().read).toBe(2);
    await store.connectionsOf("ada");
    await store.members("a", { limit: 1 });
    expect(counts()).toEqual({ read: 2, write: 5, list: 2 });
  });

  it("knows nothing of rooms and users that were never there", async () => {
    const { store } = start();
    const page = { members: [], expired: [], cursor: undefined };
    expect(await store.members("lobby", { limit: 10 })).toEqual(page);
    expect(await store.connectionsOf("ada")).toEqual([]);
    expect(await store.count("lobby")).toBe(0);
    expect(await store.leave("c", "lobby")).toBe(false);
  });
});
