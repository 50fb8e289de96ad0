import type { Clock, Meter, Ports } from "./ports.ts";
import type { StoredEntry } from "./room-log.ts";
import type { SlotStore } from "./slot-store.ts";

/** Options of {@link createMemorySlotStore}. */
export interface MemorySlotStoreOptions extends Pick<Ports, "id"> {
  /** Counts what would be requests to a backend. (Default: nobody counts) */
  meter?: Meter | undefined;
  /**
   * Frees entries of this age in quiet rooms, too, where nobody appends and so nobody trims. Their
   * numbers are never used again. (Default: entries are freed by `trim` only)
   */
  expire?: { clock: Pick<Clock, "now">; ageMs: number } | undefined;
}

interface MemoryRoom {
  /** The entries from `oldest` on, as JSON text: what a caller or a reader holds can't change them. */
  slots: { ts: number; json: string }[];
  oldest: number;
}

const SWEPT_ROOMS = 2; // With each append: all rooms have their turn, and no append pays for many.

/**
 * Creates room slots in this process's memory. All rooms of one store have one epoch, so that clients
 * notice when the process was restarted, whether or not anything was published in their room.
 *
 * @param options Ids and a meter.
 * @returns Slots that never reject.
 */
export function createMemorySlotStore(options: MemorySlotStoreOptions): SlotStore {
  const { id, meter, expire } = options;
  const epoch = id().slice(0, 64);
  const rooms = new Map<string, MemoryRoom>();
  let turns = rooms.values();
  const head = (room: MemoryRoom | undefined) => (room ? room.oldest + room.slots.length - 1 : 0);

  function sweep(): void {
    if (!expire) return;
    const before = expire.clock.now() - expire.ageMs;
    for (let swept = 0; swept < SWEPT_ROOMS; swept++) {
      const { value: room, done } = turns.next();
      if (done) turns = rooms.values();
      else free(room, room.slots.findLastIndex(({ ts }) => ts <= before) + 1);
    }
  }

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
      const { mid, from, event, data, ts, digest } = entry;
      room.slots.push({ ts, json: JSON.stringify({ mid, from, event, data, ts, digest, seq }) });
      sweep();
      return "stored";
    },
    async read(name, _epoch, { after, limit }) {
      meter?.count("read");
      const room = rooms.get(name);
      if (!room) return [];
      const from = Math.max(0, after + 1 - room.oldest);
      const texts = room.slots.slice(from, from + limit).map(({ json }) => json);
      const entries: StoredEntry[] = JSON.parse(`[${texts.join(",")}]`); // At once, for it is faster.
      return entries;
    },
    async trim(name, _epoch, upTo) {
      meter?.count("write");
      const room = rooms.get(name);
      if (room) free(room, upTo - room.oldest + 1);
    },
  };
}

/** Forgets the first entries of a room, none if `count` is negative; what follows keeps its number. */
function free(room: MemoryRoom, count: number): void {
  room.oldest += room.slots.splice(0, count).length;
}
