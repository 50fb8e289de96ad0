import type { Connection, User } from "@hubbub/core";
import { expect } from "vitest";
import { type ConnectionKit, readMembers } from "./connection-kit.ts";
import { spoil, type Writable } from "./spoil.ts";

const rich = (): User =>
  JSON.parse(`{
    "userId": "zoë", "name": "Zoë 🦊 \\u0000\\ud800 <b>", "admin": true, "score": -1.5e-7, "none": null,
    "empty": {}, "tags": ["a", 1, null, [], { "x": [[]] }], "": "no key", "toString": "mine",
    "nested": { "__proto__": { "admin": true }, "constructor": 1 }
  }`);

/** Stored values are the store's own: JSON in, equal JSON out, and nobody's hands on it in between. */
export function connectionCopies(kit: ConnectionKit): void {
  const { define, connection } = kit;

  define("gives a user back with every field", async () => {
    const store = await kit.create();
    await store.open(connection("a", { user: rich() }));
    await store.join("a", "lobby");
    await store.touch("a", kit.options.now() + 2 * kit.leaseMs);
    const user = (await (await kit.reopen(store)).get("a"))?.user as User & { nested: object };
    expect(user).toEqual(rich());
    expect(Object.hasOwn(user.nested, "__proto__")).toBe(true);
    expect((user.nested as { admin?: boolean }).admin).toBeUndefined();
    expect((await store.close("a"))?.user).toEqual(rich());
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  define("is not changed through what it was given or what it gave", async () => {
    const store = await kit.create();
    const given = connection("a", { user: { userId: "ann", name: "Ann" }, rooms: [] });
    await store.open(given);
    await store.join("a", "lobby");
    const change = (value: Connection | undefined) => {
      const mine = value as Writable<Connection>;
      spoil(() => mine.rooms.push("attic"));
      spoil(() => Object.assign(mine.user, { userId: "eve", name: "Eve" }));
      spoil(() => Object.assign(mine, { expiresAt: 0 }));
    };
    change(given);
    change(await store.get("a"));
    const page = await store.members("lobby", { limit: 10 });
    for (const member of page.members) {
      spoil(() => Object.assign(member, { connectionId: "eve", name: "Eve" }));
    }
    spoil(() => (page.members as unknown[]).pop());
    const ids = await store.connectionsOf("ann");
    spoil(() => (ids as string[]).push("eve"));
    expect(await store.get("a")).toMatchObject({
      user: { userId: "ann", name: "Ann" },
      rooms: ["lobby"],
    });
    expect(await store.connectionsOf("ann")).toEqual(["a"]);
    expect(await readMembers(store, "lobby")).toEqual([
      { connectionId: "a", userId: "ann", name: "Ann", protocol: "hubbub.v1" },
    ]);
  });

  define("keeps a name that is absent absent", async () => {
    const store = await kit.create();
    await store.open(connection("a", { user: { userId: "ann" } }));
    await store.join("a", "lobby");
    const found = await store.get("a");
    expect(found?.user.name).toBeUndefined();
    expect(found?.authExpiresAt).toBeUndefined();
    expect((await readMembers(store, "lobby"))[0]?.name).toBeUndefined();
  });
}
