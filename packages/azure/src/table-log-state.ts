import { type Clock, type LogState, UnavailableError } from "@hubbub/core";
import { rowsBetween } from "./table-keys.ts";
import type { TableRequests, TableRow } from "./table-requests.ts";
import { logPartition, logStateKey, seqOf } from "./table-slots.ts";

/** What the reading of a log's state needs. */
export interface LogStateParts {
  requests: TableRequests;
  clock: Pick<Clock, "now">;
  /** Makes the part of an epoch that nobody can guess. */
  id: () => string;
}

const MAX_TRIES = 8; // Each is lost to somebody who did the same.
const MAX_ID_CHARS = 48; // An epoch has 64 at most.
const LAST_MS = 9_999_999_999_999; // 13 digits, the year 2286.

/**
 * Reads where a log begins and ends: one request, which brings the state row and the newest slot. At the
 * log's birth it also writes the state row.
 */
export async function readLogState(parts: LogStateParts, room: string): Promise<LogState> {
  const { requests } = parts;
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const [first, second] = await listNewest(requests, room);
    if (first?.rowKey !== logStateKey(room).rowKey) {
      const row = { ...logStateKey(room), epoch: newEpoch(parts), floor: "0" };
      await requests.insert(row); // Or somebody else just did.
      continue;
    }
    const epoch = String(first.epoch);
    const floor = Number(first.floor);
    const head = seqOf(second, epoch) ?? 0;
    return { epoch, oldest: Math.min(floor, head) + 1, head };
  }
  throw new UnavailableError("the log's state is not listed, though it was written");
}

/** Moves the oldest entry, never backwards. False: the log has another epoch by now. */
export async function raiseFloor(
  requests: TableRequests,
  room: string,
  epoch: string,
  floor: number,
): Promise<boolean> {
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const row = await requests.get(logStateKey(room));
    if (!row || row.epoch !== epoch) return false;
    if (Number(row.floor) >= floor) return true;
    const raised = { ...logStateKey(room), epoch, floor: String(floor) };
    if ((await requests.replace(raised, row.etag)).done) return true;
  }
  throw new UnavailableError("the log's state changed each time that it was read");
}

/** The first two rows of a log, across answers that hold fewer. */
async function listNewest(requests: TableRequests, room: string): Promise<TableRow[]> {
  const filter = rowsBetween(logPartition(room), "!", "~");
  const rows: TableRow[] = [];
  let next: string | undefined;
  do {
    const page = await requests.list({ filter, select: ["epoch", "floor"], limit: 2, next });
    rows.push(...page.rows);
    next = page.next;
  } while (rows.length < 2 && next !== undefined);
  return rows;
}

/** Begins with the time, counted down: the newest slot is one of the newest epoch. */
function newEpoch({ clock, id }: LogStateParts): string {
  const left = Math.max(0, LAST_MS - Math.round(clock.now()));
  return `${String(left).padStart(13, "0")}-${id().slice(0, MAX_ID_CHARS)}`;
}
