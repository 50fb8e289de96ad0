import type { Meter, Ports } from "./ports.ts";
import type { StoredEntry } from "./room-log.ts";
import type { SlotStore } from "./slot-store.ts";

/** Options of {@link createMemorySlotStore}. */
export interface MemorySlotStoreOptions extends Pick<Ports, "id"> {
  /** Counts what would be requests to a backend. (Default: nobody counts) */
  meter?: Meter | undefined;
}

interface MemoryRoom {
  /** The entries from `oldest` on, as JSON text: what a caller or a reader holds can't change them. */
  slots: string[];
  oldest: number;
}

/**
 * Creates room slots in this process's memory. All rooms of one store have one epoch, so that clients
 * notice when the process was restarted, whether or not anything was published in their room.
 *
 * @param options Ids and a meter.
 * @returns Slots that never reject.
 */
export function createMemorySlotStore({ id, meter }: MemorySlotStoreOptions): SlotStore {
  const epoch = id().slice(0, 64);
  const rooms = new Map<string, MemoryRoom>();
  const head = (room: MemoryRoom | undefined) => (room ? room.oldest + room.slots.length - 1 : 0);

  return {
    async state(name) {
      meter?.count("read");
      const room = rooms.get(name);
      return { epoch, oldest: room?.oldest ?? 1, head: head(room) };
    },
    async put(name, _epoch, seq, entry) {
      meter?.count("write");
      let room = rooms.get(name);
      if (!room) {
        room = { slots: [], oldest: 1 };
        rooms.set(name, room);
      }
      if (seq !== head(room) + 1) return "taken";
      room.slots.push(JSON.stringify({ ...entry, seq }));
      return "stored";
    },
    async read(name, _epoch, { after, limit }) {
      meter?.count("read");
      const room = rooms.get(name);
      if (!room) return [];
      const from = Math.max(0, after + 1 - room.oldest);
      return room.slots.slice(from, from + limit).map((slot): StoredEntry => JSON.parse(slot));
    },
    async trim(name, _epoch, upTo) {
      meter?.count("write");
      const room = rooms.get(name);
      if (!room) return;
      const count = Math.max(0, upTo - room.oldest + 1);
      room.slots.splice(0, count);
      room.oldest += count;
    },
  };
}
