import type { ConnectionStore, StoredEntry } from "@hubbub/core";
import { createMemoryConnectionStore, createMemorySlotStore } from "@hubbub/core/memory";
import type { SlotStore } from "@hubbub/core/slots";
import type { World } from "./world.ts";

/** All that was ever stored in a room in one life of the log, by seq - 1. */
interface TrueLog {
  readonly room: string;
  readonly epoch: string;
  readonly entries: StoredEntry[];
  /** When each of them was stored, by the right clock. */
  readonly storedAt: number[];
}

/** What all processes share, and what it has ever stored. Its own clock is right. */
export interface Backend {
  readonly store: ConnectionStore;
  readonly slots: SlotStore;
  /** The log comes back empty, with another epoch; the connections, too, if they are lost. */
  loseLog(connectionsToo: boolean): void;
  readonly epoch: string;
  /** The log of a room, in the present epoch unless another one is given. */
  log(room: string, epoch?: string): readonly StoredEntry[];
  /** When an entry was stored: some tries after its `ts`, if many are appended at once. */
  storedAt(room: string, epoch: string, seq: number): number | undefined;
  /** Every log of every epoch. */
  logs(): Iterable<TrueLog>;
  /** Whether a connection was ever a member. */
  wasMember(connectionId: string, room: string): boolean;
  /** Those who are members now, each with the time since when it is one. */
  members(room: string): Promise<{ connectionId: string; since: number }[]>;
}

/** Creates an empty backend. */
export function createBackend(world: World): Backend {
  const joined = new Map<string, Map<string, number>>(); // By connection and room: since when.
  const logs = new Map<string, TrueLog>();
  let store = createWatchedStore(world, joined);
  let epoch = "";
  let slots = createSlots();

  function logOf(room: string, of: string): TrueLog {
    const key = `${of} ${room}`;
    let log = logs.get(key);
    if (!log) {
      log = { epoch: of, room, entries: [], storedAt: [] };
      logs.set(key, log);
    }
    return log;
  }

  function createSlots(): SlotStore {
    const memory = createMemorySlotStore({
      id() {
        epoch = world.id();
        return epoch;
      },
    });
    const present = epoch;
    return {
      ...memory,
      async put(room, of, seq, entry) {
        const outcome = await memory.put(room, of, seq, entry);
        if (outcome === "taken") return outcome;
        const { entries, storedAt } = logOf(room, present);
        if (entries[seq - 1]) world.violated("G3", `slot ${seq} of ${room} is written twice`);
        const { mid, from, event, data, ts, digest } = entry; // Much cheaper than a spread.
        entries[seq - 1] = { seq, mid, from, event, data, ts, digest };
        storedAt[seq - 1] = world.clock.now();
        return outcome;
      },
    };
  }

  return {
    get store() {
      return store;
    },
    get slots() {
      return slots;
    },
    get epoch() {
      return epoch;
    },
    loseLog(connectionsToo) {
      slots = createSlots();
      if (connectionsToo) store = createWatchedStore(world, joined);
    },
    log: (room, of = epoch) => logOf(room, of).entries,
    storedAt: (room, of, seq) => logOf(room, of).storedAt[seq - 1],
    logs: () => logs.values(),
    wasMember: (connectionId, room) => joined.get(connectionId)?.has(room) === true,
    async members(room) {
      const { members } = await store.members(room, { limit: 10_000 });
      return members.map(({ connectionId }) => {
        const since = joined.get(connectionId)?.get(room) ?? Number.POSITIVE_INFINITY;
        return { connectionId, since };
      });
    },
  };
}

/** A connection store that notes what was promised of it. */
function createWatchedStore(
  { clock, violated }: World,
  joined: Map<string, Map<string, number>>,
): ConnectionStore {
  const store = createMemoryConnectionStore({ clock });
  const closed = new Set<string>();
  return {
    ...store,
    async open(connection) {
      const { connectionId } = connection;
      const opened = await store.open(connection);
      if (opened && closed.has(connectionId)) violated("G8", `${connectionId} came back`);
      return opened;
    },
    async close(connectionId) {
      closed.add(connectionId);
      return store.close(connectionId);
    },
    async join(connectionId, room) {
      const before = await store.get(connectionId);
      const isMember = await store.join(connectionId, room);
      const rooms = joined.get(connectionId) ?? new Map<string, number>();
      if (isMember && !before?.rooms.includes(room)) rooms.set(room, clock.now());
      joined.set(connectionId, rooms);
      return isMember;
    },
    async touch(connectionId, expiresAt) {
      const before = (await store.get(connectionId))?.expiresAt ?? 0;
      const touched = await store.touch(connectionId, expiresAt);
      const after = (await store.get(connectionId))?.expiresAt ?? before;
      if (after < before) violated("G8", `the lease of ${connectionId} went back`);
      return touched;
    },
  };
}
