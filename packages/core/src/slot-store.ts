import type { LogEntry, LogState, StoredEntry } from "./room-log.ts";

/**
 * The least that a backend must do to carry a room log: put a slot if it is absent, and read slots.
 * {@link createSlotRoomLog} makes the log of it, so that the append rule is written once.
 *
 * `state` and `read` MUST be strongly consistent. `put` MUST be atomic, MUST NOT overwrite, and MUST
 * resolve with `stored` only when the slot is durable. `state` of a room never written MUST answer the
 * epoch of its first entry, the same to everybody, and an epoch MUST NOT change while writers that know
 * the old one may be alive (stop them, or wait for an invocation and a minute). Every method rejects with `UnavailableError` when
 * the backend can't answer; a `put` that rejected may have stored all the same.
 */
export interface SlotStore {
  /** Where the log begins and ends. `oldest` is that of the slots that are still there. */
  state(room: string): Promise<LogState>;
  /** Stores an entry in a slot that nobody used before. */
  put(room: string, epoch: string, seq: number, entry: LogEntry): Promise<"stored" | "taken">;
  /** The slots after `after` that are there, ascending, at most `limit`. */
  read(
    room: string,
    epoch: string,
    range: { after: number; limit: number },
  ): Promise<readonly StoredEntry[]>;
  /** Deletes the slots up to and including `upTo`; absent where the backend expires them by itself. */
  trim?(room: string, epoch: string, upTo: number): Promise<void>;
}
