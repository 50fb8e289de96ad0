import type { LogEntry, LogState, StoredEntry } from "./room-log.ts";
import type { SlotStore } from "./slot-store.ts";

/** What a look through the slots found. */
export type Scan =
  | { readonly status: "found"; readonly entry: StoredEntry }
  /** It is not there, up to this head. */
  | { readonly status: "absent"; readonly head: number }
  /** Slots were missing: trimmed meanwhile, or the backend listed too little. Proves nothing. */
  | { readonly status: "hole" };

/** Looks through all entries after `after` for one of the same sender and `mid`. */
export async function scanSlots(
  slots: SlotStore,
  room: string,
  state: LogState,
  after: number,
  entry: LogEntry,
  pageSize: number,
): Promise<Scan> {
  let head = after;
  for (;;) {
    const page = await slots.read(room, state.epoch, { after: head, limit: pageSize });
    for (const slot of page) {
      if (slot.seq !== head + 1) return { status: "hole" };
      head = slot.seq;
      if (slot.mid === entry.mid && slot.from?.id === entry.from?.id) {
        return { status: "found", entry: slot };
      }
    }
    if (page.length < pageSize) {
      return head < state.head ? { status: "hole" } : { status: "absent", head };
    }
  }
}
