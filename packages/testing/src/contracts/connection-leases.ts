import { expect } from "vitest";
import { type ConnectionKit, expiredIds, memberIds } from "./connection-kit.ts";

/** Rows are leases: they end by themselves, and every read leaves the ended ones out. */
export function connectionLeases(kit: ConnectionKit): void {
  const { define, connection, leaseMs } = kit;
  const { now } = kit.options;

  define("leaves an expired connection out of every read", async () => {
    const store = await kit.create();
    await kit.enter(store, "dead", "lobby");
    await kit.advance(leaseMs / 2);
    await kit.enter(store, "live", "lobby");
    await kit.advance(leaseMs / 2);
    expect(await store.get("dead")).toBeUndefined();
    expect(await memberIds(store, "lobby")).toEqual(["live"]);
    expect(await store.count("lobby")).toBe(1);
    expect(await store.connectionsOf("user-of-dead")).toEqual([]);
    expect(await store.connectionsOf("user-of-live")).toEqual(["live"]);
    expect(await store.join("dead", "lobby")).toBe(false);
    expect(await store.join("dead", "attic")).toBe(false);
    expect(await store.touch("dead", now() + 10 * leaseMs)).toBe(false);
    expect(await store.get("dead")).toBeUndefined();
    expect(await memberIds(store, "lobby")).toEqual(["live"]);
    expect(await memberIds(store, "attic")).toEqual([]);
  });

  define("reports as expired only what is expired, and never both ways", async () => {
    const store = await kit.create();
    await kit.enter(store, "dead", "lobby");
    await kit.advance(leaseMs / 2);
    await kit.enter(store, "live", "lobby");
    await kit.advance(leaseMs / 2);
    const expired = await expiredIds(store, "lobby");
    expect(["", "dead"]).toContain(expired.join());
    for (const id of expired) await store.close(id);
    expect(await expiredIds(store, "lobby")).toEqual([]);
    expect(await memberIds(store, "lobby")).toEqual(["live"]);
  });

  define("closes an expired connection and answers it, with its rooms, once", async () => {
    const store = await kit.create();
    await kit.enter(store, "a", "lobby");
    await kit.advance(leaseMs);
    expect(await store.close("a")).toMatchObject({ connectionId: "a", rooms: ["lobby"] });
    expect(await store.close("a")).toBeUndefined();
    expect(await store.open(connection("a"))).toBe(false);
  });

  define("opens an expired connection again, in no room", async () => {
    const store = await kit.create();
    await kit.enter(store, "a", "lobby");
    await kit.advance(leaseMs);
    expect(await store.open(connection("a"))).toBe(true);
    expect((await store.get("a"))?.rooms).toEqual([]);
    expect(await memberIds(store, "lobby")).toEqual([]);
    expect(await store.count("lobby")).toBe(0);
    expect(await store.connectionsOf("user-of-a")).toEqual(["a"]);
  });

  define("moves the lease of a connection and of all its memberships", async () => {
    const store = await kit.create();
    await kit.enter(store, "a", "lobby", "attic");
    await kit.advance(leaseMs / 2);
    const until = now() + 2 * leaseMs;
    expect(await store.touch("a", until)).toBe(true);
    expect((await store.get("a"))?.expiresAt).toBe(until);
    await kit.advance(leaseMs * 1.5);
    expect(await store.get("a")).toMatchObject({ expiresAt: until });
    expect(await store.connectionsOf("user-of-a")).toEqual(["a"]);
    for (const room of ["lobby", "attic"]) {
      expect(await memberIds(store, room)).toEqual(["a"]);
      expect(await store.count(room)).toBe(1);
    }
    await kit.advance(leaseMs / 2);
    expect(await store.get("a")).toBeUndefined();
    expect(await memberIds(store, "lobby")).toEqual([]);
  });

  define("never moves a lease backwards", async () => {
    const store = await kit.create();
    await kit.enter(store, "a", "lobby");
    const until = now() + leaseMs;
    expect(await store.touch("a", now() + leaseMs / 4)).toBe(true);
    expect(await store.touch("a", now() - 1)).toBe(true);
    expect((await store.get("a"))?.expiresAt).toBe(until);
    await kit.advance(leaseMs / 2);
    expect(await store.get("a")).toMatchObject({ expiresAt: until });
    expect(await memberIds(store, "lobby")).toEqual(["a"]);
    expect(await store.connectionsOf("user-of-a")).toEqual(["a"]);
  });

  define("gives a membership the lease that its connection has by now", async () => {
    const store = await kit.create();
    await kit.enter(store, "touched");
    await store.touch("touched", now() + 3 * leaseMs);
    await store.join("touched", "lobby");
    await kit.enter(store, "opened", "lobby");
    await kit.advance(leaseMs / 2);
    await store.open(connection("opened", { expiresAt: now() + 2 * leaseMs }));
    await kit.advance(leaseMs);
    expect(await memberIds(store, "lobby")).toEqual(["opened", "touched"]);
    expect(await store.get("opened")).toMatchObject({ rooms: ["lobby"] });
    expect(await store.count("lobby")).toBe(2);
  });
}
