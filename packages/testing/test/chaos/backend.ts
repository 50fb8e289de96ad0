import type { ConnectionStore, StoredEntry } from "@hubbub/core";
import { createMemoryConnectionStore, createMemorySlotStore } from "@hubbub/core/memory";
import type { SlotStore } from "@hubbub/core/slots";
import type { World } from "./world.ts";

/** All that was ever stored in a room in one life of the log, by seq - 1. */
type Truth = StoredEntry[];

/** What all instances share, and what it has ever stored. */
export interface Backend {
  readonly store: ConnectionStore;
  readonly slots: SlotStore;
  /** The log comes back empty, with another epoch; the connections, too, if they are lost. */
  restart(connectionsToo: boolean): void;
  readonly epoch: string;
  /** The log of a room, in the present epoch unless another one is given. */
  truth(room: string, epoch?: string): Truth;
  /** Every log of every epoch. */
  truths(): { epoch: string; room: string; entries: Truth }[];
}

/** Creates an empty backend. Its own clock is right. */
export function createBackend({ clock, id, violations }: World): Backend {
  const newStore = (): ConnectionStore => {
    const store = createMemoryConnectionStore({ clock });
    const closed = new Set<string>();
    return {
      ...store,
      async open(connection) {
        const { connectionId } = connection;
        const opened = await store.open(connection);
        if (opened && closed.has(connectionId)) violations.push(`${connectionId} came back`);
        return opened;
      },
      async close(connectionId) {
        closed.add(connectionId);
        return store.close(connectionId);
      },
    };
  };
  const logs = new Map<string, { epoch: string; room: string; entries: Truth }>();
  let epoch = "";
  const truth: Backend["truth"] = (room, of = epoch) => {
    const key = `${of} ${room}`;
    const log = logs.get(key) ?? { epoch: of, room, entries: [] };
    logs.set(key, log);
    return log.entries;
  };
  const newSlots = (): SlotStore => {
    const slots = createMemorySlotStore({
      id() {
        epoch = id();
        return epoch;
      },
    });
    return {
      ...slots,
      async put(room, of, seq, entry) {
        const outcome = await slots.put(room, of, seq, entry);
        if (outcome === "stored") truth(room)[seq - 1] = { ...entry, seq };
        return outcome;
      },
    };
  };
  let store = newStore();
  let slots = newSlots();
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
    restart(connectionsToo) {
      slots = newSlots();
      if (connectionsToo) store = newStore();
    },
    truth,
    truths: () => [...logs.values()],
  };
}
