import { expect } from "vitest";
import { type ConnectionKit, memberIds, readMembers } from "./connection-kit.ts";
import { hostileIds, separators } from "./hostile-ids.ts";

const sorted = (ids: readonly string[]) => [...ids].sort();

/** Any string is a safe room, user or connection id. All of them share one store: they must not meet. */
export function connectionIds(kit: ConnectionKit): void {
  const { define, connection } = kit;

  define("takes any string as a room", async () => {
    const store = await kit.create();
    for (const [index, room] of hostileIds.entries()) {
      await kit.enter(store, `c${index}`, room);
    }
    for (const [index, room] of hostileIds.entries()) {
      expect(await memberIds(store, room)).toEqual([`c${index}`]);
      expect(await store.count(room)).toBe(1);
      expect((await store.get(`c${index}`))?.rooms).toEqual([room]);
    }
    for (const [index, room] of hostileIds.entries()) {
      if (index % 2) expect(await store.leave(`c${index}`, room)).toBe(true);
      else expect((await store.close(`c${index}`))?.rooms).toEqual([room]);
      expect(await memberIds(store, room)).toEqual([]);
    }
  });

  define("takes any string as a connection id", async () => {
    const { isConnectionId = () => true } = kit.options;
    const ids = hostileIds.filter(isConnectionId);
    const store = await kit.create();
    for (const [index, id] of ids.entries()) {
      expect(await store.open(connection(id, { user: { userId: `u${index}` } }))).toBe(true);
      expect(await store.join(id, "lobby")).toBe(true);
    }
    expect(await memberIds(store, "lobby")).toEqual(sorted(ids));
    expect(await memberIds(store, "lobby", 1)).toEqual(sorted(ids));
    for (const [index, id] of ids.entries()) {
      expect(await store.get(id)).toMatchObject({
        connectionId: id,
        user: { userId: `u${index}` },
      });
      expect(await store.connectionsOf(`u${index}`)).toEqual([id]);
    }
    const closed = ids.filter((_, index) => index % 2);
    for (const id of closed) {
      expect((await store.close(id))?.connectionId).toBe(id);
      expect(await store.open(connection(id))).toBe(false);
    }
    const rest = ids.filter((id) => !closed.includes(id));
    expect(await memberIds(store, "lobby")).toEqual(sorted(rest));
    for (const id of rest) expect((await store.get(id))?.rooms).toEqual(["lobby"]);
  });

  define("takes any string as a user id and as a name", async () => {
    const store = await kit.create();
    for (const [index, userId] of hostileIds.entries()) {
      await store.open(connection(`c${index}`, { user: { userId, name: userId } }));
      await store.join(`c${index}`, "lobby");
    }
    const members = new Map(
      (await readMembers(store, "lobby")).map((member) => [member.connectionId, member]),
    );
    for (const [index, userId] of hostileIds.entries()) {
      expect(await store.connectionsOf(userId)).toEqual([`c${index}`]);
      expect(members.get(`c${index}`)).toMatchObject({ userId, name: userId });
      expect((await store.get(`c${index}`))?.user).toEqual({ userId, name: userId });
    }
  });

  define("does not confuse ids that only look alike when they are joined", async () => {
    const store = await kit.create();
    for (const [index, separator] of separators.entries()) {
      // ("a", "b/c") and ("a/b", "c"), as room and connection and as user and connection.
      const [short, long] = [`a${index}`, `a${index}${separator}b`];
      const [ofShort, ofLong] = [`b${separator}c${index}`, `c${index}`];
      await store.open(connection(ofShort, { user: { userId: short } }));
      await store.open(connection(ofLong, { user: { userId: long } }));
      await store.join(ofShort, short);
      await store.join(ofLong, long);
      expect(await memberIds(store, short)).toEqual([ofShort]);
      expect(await memberIds(store, long)).toEqual([ofLong]);
      expect(await store.connectionsOf(short)).toEqual([ofShort]);
      expect(await store.connectionsOf(long)).toEqual([ofLong]);
      expect(await store.leave(ofLong, short)).toBe(false);
      expect(await store.leave(ofShort, short)).toBe(true);
      expect((await store.close(ofShort))?.rooms).toEqual([]);
      expect(await memberIds(store, long)).toEqual([ofLong]);
      expect((await store.get(ofLong))?.rooms).toEqual([long]);
    }
  });
}
