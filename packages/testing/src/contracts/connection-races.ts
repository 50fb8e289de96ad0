import { expect } from "vitest";
import { type ConnectionKit, expectNoTrace, memberIds } from "./connection-kit.ts";

const ROUNDS = 8;

/** What invocations that run at the same time must not break. */
export function connectionRaces(kit: ConnectionKit): void {
  const { define, connection, leaseMs } = kit;
  const { now } = kit.options;

  define("answers a closed connection to one of many closers only", async () => {
    const store = await kit.create();
    const other = await kit.reopen(store);
    for (let round = 0; round < ROUNDS; round++) {
      const id = `c${round}`;
      await kit.enter(store, id, "lobby", "attic");
      const answers = await Promise.all([store, other, store, other].map((s) => s.close(id)));
      const winners = answers.filter((answer) => answer !== undefined);
      expect(winners).toHaveLength(1);
      expect([...(winners[0]?.rooms ?? [])].sort()).toEqual(["attic", "lobby"]);
    }
    expect(await memberIds(store, "lobby")).toEqual([]);
  });

  define("leaves no membership when a join races a close", async () => {
    const store = await kit.create();
    const other = await kit.reopen(store);
    for (let round = 0; round < ROUNDS; round++) {
      const id = `c${round}`;
      await kit.enter(store, id, "attic");
      const join = () => store.join(id, "lobby");
      const close = () => other.close(id);
      if (round % 2) await Promise.all([join(), close()]);
      else await Promise.all([close(), join(), join()]);
      await expectNoTrace(store, connection(id), "lobby", now());
      await expectNoTrace(store, connection(id), "attic", now());
      expect(await store.leave(id, "lobby")).toBe(false);
    }
  });

  define("leaves no connection when an open or a touch races a close", async () => {
    const store = await kit.create();
    const other = await kit.reopen(store);
    for (let round = 0; round < ROUNDS; round++) {
      const fresh = `fresh${round}`;
      const open = () => store.open(connection(fresh));
      const closeFresh = () => other.close(fresh);
      const [opened, closed] =
        round % 2
          ? await Promise.all([open(), closeFresh()])
          : await Promise.all([closeFresh(), open()]).then(([c, o]) => [o, c] as const);
      expect(closed !== undefined).toBe(opened); // what was opened was closed, by this close
      await expectNoTrace(store, connection(fresh), "lobby", now());

      const known = `known${round}`;
      await kit.enter(store, known, "lobby");
      const touch = () => store.touch(known, now() + 2 * leaseMs);
      await Promise.all([touch(), store.open(connection(known)), other.close(known), touch()]);
      await expectNoTrace(store, connection(known), "lobby", now());
      expect(await store.open(connection(known))).toBe(false);
    }
  });

  define("loses no room when joins, leaves and touches of one connection race", async () => {
    const store = await kit.create();
    const other = await kit.reopen(store);
    await kit.enter(store, "a", "leaving");
    const until = now() + 3 * leaseMs;
    const rooms = ["r1", "r2", "r3", "r4", "r5"];
    await Promise.all([
      ...rooms.map((room, index) => (index % 2 ? other : store).join("a", room)),
      other.leave("a", "leaving"),
      store.touch("a", until),
    ]);
    const found = await store.get("a");
    expect([...(found?.rooms ?? [])].sort()).toEqual(rooms);
    expect(found?.expiresAt).toBe(until);
    for (const room of rooms) expect(await memberIds(store, room)).toEqual(["a"]);
    expect(await memberIds(store, "leaving")).toEqual([]);
    expect([...((await store.close("a"))?.rooms ?? [])].sort()).toEqual(rooms);
    for (const room of rooms) expect(await memberIds(store, room)).toEqual([]);
  });

  define("makes one member of many joins at once", async () => {
    const store = await kit.create();
    await kit.enter(store, "a");
    const joins = Array.from({ length: ROUNDS }, () => store.join("a", "lobby"));
    expect(await Promise.all(joins)).toEqual(joins.map(() => true));
    expect(await memberIds(store, "lobby")).toEqual(["a"]);
    expect(await store.count("lobby")).toBe(1);
    expect((await store.get("a"))?.rooms).toEqual(["lobby"]);
  });

  define("opens one connection of many opens at once", async () => {
    const store = await kit.create();
    const opens = Array.from({ length: ROUNDS }, () => store.open(connection("a")));
    expect(await Promise.all(opens)).toEqual(opens.map(() => true));
    expect(await store.connectionsOf("user-of-a")).toEqual(["a"]);
    expect(await store.close("a")).toMatchObject({ connectionId: "a" });
    expect(await store.close("a")).toBeUndefined();
  });
}
