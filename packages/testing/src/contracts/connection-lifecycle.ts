import { expect } from "vitest";
import { type ConnectionKit, expectNoTrace, memberIds } from "./connection-kit.ts";

/** Open, get, close, and the tombstone that a closed id leaves. */
export function connectionLifecycle(kit: ConnectionKit): void {
  const { define, connection } = kit;

  define("gets what was opened, and undefined for an unknown id", async () => {
    const store = await kit.create();
    const opened = connection("a", { authExpiresAt: kit.options.now() + 5_000, protocol: "plain" });
    expect(await store.open(opened)).toBe(true);
    expect(await (await kit.reopen(store)).get("a")).toEqual(opened);
    expect(await store.get("b")).toBeUndefined();
  });

  define(
    "keeps the rooms of a connection that is opened again, and stores the rest anew",
    async () => {
      const store = await kit.create();
      await kit.enter(store, "a", "lobby", "attic");
      const again = connection("a", { user: { userId: "user-of-a", name: "Zoë" } });
      expect(await store.open(again)).toBe(true);
      const found = await store.get("a");
      expect([...(found?.rooms ?? [])].sort()).toEqual(["attic", "lobby"]);
      expect(found?.user).toEqual(again.user);
      expect(await memberIds(store, "lobby")).toEqual(["a"]);
      expect(await store.connectionsOf("user-of-a")).toEqual(["a"]);
    },
  );

  define("closes a connection with all its memberships, and answers it once", async () => {
    const store = await kit.create();
    await kit.enter(store, "a", "lobby", "attic");
    await kit.enter(store, "b", "lobby");
    const opened = await store.get("a");
    const closed = await store.close("a");
    expect(closed).toEqual(opened);
    expect([...(closed?.rooms ?? [])].sort()).toEqual(["attic", "lobby"]);
    expect(await store.close("a")).toBeUndefined();
    for (const room of ["lobby", "attic"]) {
      await expectNoTrace(store, connection("a"), room, kit.options.now());
    }
    expect(await store.leave("a", "lobby")).toBe(false);
    expect(await memberIds(store, "lobby")).toEqual(["b"]);
    expect(await store.get("b")).toMatchObject({ rooms: ["lobby"] });
  });

  define("never opens a closed id again, and leaves no row of the attempt", async () => {
    const store = await kit.create();
    await kit.enter(store, "a", "lobby");
    await store.close("a");
    expect(await store.open(connection("a"))).toBe(false);
    expect(await (await kit.reopen(store)).open(connection("a"))).toBe(false);
    await expectNoTrace(store, connection("a"), "lobby", kit.options.now());
    expect(await store.close("a")).toBeUndefined();
  });

  define("never opens an id that was closed before it was opened", async () => {
    const store = await kit.create();
    expect(await store.close("a")).toBeUndefined();
    expect(await store.open(connection("a"))).toBe(false);
    await expectNoTrace(store, connection("a"), "lobby", kit.options.now());
    expect(await store.open(connection("b"))).toBe(true);
  });

  define("remembers closed ids longer than any lease", async () => {
    const store = await kit.create();
    await kit.enter(store, "a", "lobby");
    await store.close("a");
    await store.close("never-opened");
    await kit.advance(kit.tombstoneMs * 0.95);
    for (const id of ["a", "never-opened"]) {
      expect(await store.open(connection(id))).toBe(false);
      await expectNoTrace(store, connection(id), "lobby", kit.options.now());
    }
  });
}
