import type { Connection, ConnectionStore } from "@hubbub/core";
import { createMemoryConnectionStore } from "@hubbub/core/memory";
import { describe, expect, it } from "vitest";
import { connectionStoreContract } from "../src/connection-store-contract.ts";
import { createContractClock } from "../src/contract-clock.ts";
import { createCountingMeter } from "../src/counting-meter.ts";
import { firstFailure } from "./first-failure.ts";

const mapIds = (store: ConnectionStore, map: (id: string) => string): ConnectionStore => ({
  ...store,
  join: (id, room) => store.join(id, map(room)),
  leave: (id, room) => store.leave(id, map(room)),
  members: (room, page) => store.members(map(room), page),
  count: (room) => store.count(map(room)),
});

/** What is wrong with a store, by name; each on top of the right one, whose clock it may turn. */
const brokenStores: Record<
  string,
  (store: ConnectionStore, turn: (ms: number) => void) => Partial<ConnectionStore>
> = {
  ...Object.fromEntries(
    (["get", "members", "count", "connectionsOf", "join", "touch"] as const).map((method) => [
      `${method} sees expired rows`,
      (store: ConnectionStore, turn: (ms: number) => void) => ({
        // The store does its work before it first awaits, so that only this call sees another time.
        [method]: (...args: never[]) => {
          turn(-3_600_000);
          const result = (store[method] as (...args: never[]) => unknown)(...args);
          turn(3_600_000);
          return result;
        },
      }),
    ]),
  ),
  "two closers both get the connection": (store) => ({
    async close(id) {
      const found = await store.get(id);
      const closed = await store.close(id);
      return closed ?? found;
    },
  }),
  "close answers no rooms": (store) => ({
    close: async (id) => {
      const closed = await store.close(id);
      return closed && { ...closed, rooms: [] };
    },
  }),
  "close forgets who was expired": (store) => ({
    close: async (id) => {
      const found = await store.get(id);
      return (await store.close(id)) && found;
    },
  }),
  "close leaves no tombstone of what it never knew": (store) => ({
    close: async (id) => ((await store.get(id)) ? store.close(id) : undefined),
  }),
  "open says yes to a closed id": (store) => ({
    open: async (connection) => (await store.open(connection)) || true,
  }),
  "join says yes to an unknown id": (store) => ({
    join: async (id, room) => (await store.join(id, room)) || true,
  }),
  "leave always says yes": (store) => ({
    leave: async (id, room) => (await store.leave(id, room)) || true,
  }),
  "touch says yes to an unknown id": (store) => ({
    touch: async (id, at) => (await store.touch(id, at)) || true,
  }),
  "a page may be too long": (store) => ({
    members: (room, { cursor, limit }) => store.members(room, { cursor, limit: limit + 1 }),
  }),
  "the cursor is a row's number": (store) => ({
    async members(room, { cursor = "0", limit }) {
      const { members } = await store.members(room, { limit: 10_000 });
      const end = Number(cursor) + limit;
      return {
        members: members.slice(Number(cursor), end),
        cursor: end < members.length ? String(end) : undefined,
      };
    },
  }),
  "a room ends after 1,000 rows": (store) => ({
    members: async (room) => ({
      members: (await store.members(room, { limit: 1_000 })).members,
    }),
  }),
  "a user has at most 1,000 connections": (store) => ({
    connectionsOf: async (userId) => (await store.connectionsOf(userId)).slice(0, 1_000),
  }),
  "live rows are reported as expired": (store) => ({
    members: async (room, page) => {
      const { members, ...rest } = await store.members(room, page);
      return { members, ...rest, expired: members.map(({ connectionId }) => connectionId) };
    },
  }),
  "a name that is absent becomes null": (store) => ({
    get: async (id) => {
      const found = await store.get(id);
      return (
        found &&
        ({ ...found, user: { ...found.user, name: found.user.name ?? null } } as Connection)
      );
    },
  }),
  "rooms are normalised": (store) => mapIds(store, (id) => id.normalize("NFC")),
  "rooms are compatible": (store) => mapIds(store, (id) => id.normalize("NFKC")),
  "rooms are in lower case": (store) => mapIds(store, (id) => id.toLowerCase()),
  "rooms are trimmed": (store) => mapIds(store, (id) => id.trim()),
  "rooms are cut": (store) => mapIds(store, (id) => id.slice(0, 512)),
  "rooms are unescaped": (store) => mapIds(store, (id) => id.replaceAll("%2F", "/")),
  "rooms end at NUL": (store) => mapIds(store, (id) => id.split("\0")[0] ?? ""),
  "lone surrogates are replaced": (store) =>
    mapIds(store, (id) => id.replace(/\p{Surrogate}/gu, "\ufffd")),
};

describe("connectionStoreContract", () => {
  const run = (
    spoil: (store: ConnectionStore, turn: (ms: number) => void) => Partial<ConnectionStore>,
  ) => {
    const clock = createContractClock();
    const createStore = (): ConnectionStore => {
      const store = createMemoryConnectionStore({ clock });
      return { ...store, ...spoil(store, clock.advance) };
    };
    return firstFailure((define) =>
      connectionStoreContract({ createStore, now: clock.now, advance: clock.advance }, define),
    );
  };

  it("passes a store that is right", async () => {
    expect(await run(() => ({}))).toBeUndefined();
  });

  it.each([
    { openWrites: undefined, writes: 1, passes: true },
    { openWrites: undefined, writes: 2, passes: false },
    { openWrites: 2, writes: 2, passes: true },
    { openWrites: 2, writes: 3, passes: false },
  ])("takes $writes writes of an open for $passes with $openWrites allowed", async (given) => {
    const { openWrites, writes, passes } = given;
    const clock = createContractClock();
    const meter = createCountingMeter();
    const createStore = (): ConnectionStore => {
      const store = createMemoryConnectionStore({ clock, meter });
      const open: ConnectionStore["open"] = async (connection) => {
        meter.count("write", writes - 1);
        return store.open(connection);
      };
      return { ...store, open };
    };
    const { now, advance } = clock;
    const failed = await firstFailure((define) =>
      connectionStoreContract(
        { createStore, now, advance, counts: meter.counts, ...(openWrites && { openWrites }) },
        define,
      ),
    );
    expect(failed === undefined).toBe(passes);
  });

  it.each(Object.keys(brokenStores))("fails when %s", async (name) => {
    expect(await run(brokenStores[name] ?? (() => ({})))).toBeDefined();
  });
});
