import { checkNumber } from "./check-options.ts";
import { UnavailableError } from "./errors.ts";
import { createHeadHints, type HeadHints } from "./head-hints.ts";
import type { Ports } from "./ports.ts";
import { type Retention, type RetentionOptions, resolveRetention } from "./retention.ts";
import type {
  AppendPosition,
  AppendResult,
  LogEntry,
  LogState,
  RoomLog,
  StoredEntry,
} from "./room-log.ts";
import { readSlots } from "./slot-read.ts";
import { scanSlots } from "./slot-scan.ts";
import type { SlotStore } from "./slot-store.ts";
import { trimSlots, visibleState } from "./slot-trim.ts";

/** Options of {@link createSlotRoomLog}. */
export interface SlotRoomLogOptions extends Pick<Ports, "clock" | "random" | "logger"> {
  /** How much is kept. (Default: 1,000 entries, 7 days) */
  retention?: RetentionOptions | undefined;
  /** The most entries that one append looks through for an earlier try. (Default: 256) */
  maxScan?: number;
}

interface Parts extends SlotRoomLogOptions {
  slots: SlotStore;
  hints: HeadHints;
  retention: Retention;
  hintTtlMs: number;
  maxScan: number;
}

const MAX_TRIES = 32; // Lost races for a slot before the sender is told to try again.
const MAX_BACKOFF_MS = 250;
const TRIM_EVERY = 64; // Slots are trimmed in lots: most appends pay nothing for it.
const MAX_HINT_TTL_MS = 60_000;
const MIN_SURE_MS = 60_000; // Whoever keeps slots for less takes the risk.

/**
 * Makes a room log of a backend that can put if absent: compare-and-append. An append looks through
 * the entries after the sender's position for an earlier try of the same message, then puts the slot
 * after the head. The put succeeds only if nothing was appended since, so a retry is never stored twice.
 *
 * @param slots The backend.
 * @param options Clock, randomness, retention.
 * @returns The log.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createSlotRoomLog(slots: SlotStore, options: SlotRoomLogOptions): RoomLog {
  const { clock, maxScan = 256 } = options;
  checkNumber("maxScan", maxScan, { min: 1 });
  const retention = resolveRetention(options.retention);
  const hintTtlMs = Math.min(MAX_HINT_TTL_MS, retention.minAgeMs / 2);
  const sureMs = Math.max(MIN_SURE_MS, retention.minAgeMs);
  const hints = createHeadHints(clock, hintTtlMs);
  const parts: Parts = { ...options, slots, hints, retention, hintTtlMs, maxScan };

  return {
    async append(room, entry, position) {
      const beganAt = clock.now();
      const result = await append(parts, room, entry, position);
      if (result.status === "appended" && clock.now() - beganAt > sureMs) {
        // A frozen function may have put it where a slot had been freed, and nobody reads there.
        hints.delete(room);
        throw new UnavailableError("the append took longer than slots are kept for sure");
      }
      return { ...result, ...visibleState(result, retention) };
    },
    read: (room, range) =>
      readSlots({ slots, retention, clock }, room, range, () => refresh(parts, room)),
    async head(room) {
      return visibleState(await refresh(parts, room), retention);
    },
  };
}

async function refresh({ slots, hints }: Parts, room: string): Promise<LogState> {
  const state = await slots.state(room);
  hints.set(room, state);
  return state;
}

/** Why an append from this position can't be decided; undefined if it can. */
function refusal(
  state: LogState,
  position: AppendPosition | undefined,
  maxScan: number,
): "reset" | "undecided" | "behind" | undefined {
  if (!position) return undefined;
  if (position.epoch !== state.epoch || position.after > state.head) return "reset";
  if (position.after < state.oldest - 1) return "undecided";
  return state.head - position.after > maxScan ? "behind" : undefined;
}

async function append(
  parts: Parts,
  room: string,
  entry: LogEntry,
  position?: AppendPosition,
): Promise<AppendResult> {
  const { hints, clock, random, maxScan } = parts;
  const hint = hints.get(room);
  // What a hint refuses may be decidable by now, or the other way round: only the backend's word counts.
  const state = hint && !refusal(hint, position, maxScan) ? hint : await refresh(parts, room);
  const refused = refusal(state, position, maxScan);
  if (refused) return { status: refused, ...state };

  let progress: Progress = { state, scanned: position ? position.after : state.head };
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    if (tries > 2) await clock.sleep(random() * Math.min(MAX_BACKOFF_MS, 2 ** tries));
    const result = await tryToAppend(parts, room, entry, progress);
    if ("status" in result) return result;
    progress = result;
  }
  throw new UnavailableError(`the room is too busy: others were faster ${MAX_TRIES} times`);
}

/** How far an append has come. */
interface Progress {
  state: LogState;
  /** Up to here it was looked for an earlier try. */
  scanned: number;
  /** Set once the head is known to have moved, whatever it was thought to be. */
  lostRace?: boolean;
}

/** Looks through what was appended since, and puts the slot after it; answers the result or the progress. */
async function tryToAppend(
  parts: Parts,
  room: string,
  entry: LogEntry,
  { state, scanned, lostRace }: Progress,
): Promise<AppendResult | Progress> {
  const { slots, maxScan } = parts;
  let head = state.head;
  if (lostRace || scanned < head) {
    const scan = await scanSlots(slots, room, state, scanned, entry, maxScan);
    if (scan.status === "found") return recognised(state, scan.entry, entry);
    if (scan.status === "hole") return afterHole(parts, room, state, scanned);
    head = scan.head;
  }
  const outcome = await put(parts, room, state.epoch, head + 1, entry);
  if (outcome === "stored") return appended(parts, room, { ...state, head: head + 1 });
  return { state: { ...state, head }, scanned: head, lostRace: true };
}

/** Slots were missing: they were trimmed, or the backend listed too little and is asked again. */
async function afterHole(
  parts: Parts,
  room: string,
  { epoch }: LogState,
  scanned: number,
): Promise<AppendResult | Progress> {
  const state = await refresh(parts, room);
  if (state.epoch !== epoch) return { status: "reset", ...state };
  if (scanned < state.oldest - 1) return { status: "undecided", ...state };
  return { state, scanned };
}

/** Puts a slot; a put that fails may have stored, so nothing known of the head is good any more. */
async function put(
  { slots, hints }: Parts,
  room: string,
  epoch: string,
  seq: number,
  entry: LogEntry,
): Promise<"stored" | "taken"> {
  try {
    return await slots.put(room, epoch, seq, entry);
  } catch (error) {
    hints.delete(room);
    throw error;
  }
}

function recognised(state: LogState, earlier: StoredEntry, entry: LogEntry): AppendResult {
  const known = { ...state, head: Math.max(state.head, earlier.seq) };
  return earlier.digest === entry.digest
    ? { status: "duplicate", entry: earlier, ...known }
    : { status: "mid-conflict", seq: earlier.seq, ...known };
}

async function appended(parts: Parts, room: string, state: LogState): Promise<AppendResult> {
  const { slots, hints, clock, retention, hintTtlMs, logger } = parts;
  hints.set(room, state);
  if (state.head % TRIM_EVERY === 0) {
    const now = clock.now();
    const freeableBefore = now - retention.minAgeMs - hintTtlMs;
    try {
      await trimSlots(slots, room, state, retention, freeableBefore, now);
    } catch (error) {
      logger?.warn("a room's log could not be trimmed; the next lot will be", { room, error });
    }
  }
  return { status: "appended", seq: state.head, ...state };
}
