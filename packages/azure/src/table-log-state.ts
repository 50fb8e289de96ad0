import { type Clock, type LogState, UnavailableError } from "@hubbub/core";
import { rowsBetween } from "./table-keys.ts";
import type { TableRequests, TableRow } from "./table-requests.ts";
import { logPartition, logStateKey, slotOf, slotRows } from "./table-slots.ts";

/** What the reading of a log's state needs. */
export interface LogStateParts {
  requests: TableRequests;
  clock: Pick<Clock, "now">;
  /** Makes the part of an epoch that nobody can guess. */
  id: () => string;
}

const MAX_TRIES = 8; // Each is lost to somebody who did the same.
const MAX_ID_CHARS = 48; // An epoch has 64 at most.
const EPOCH = /^[^\s'"/\\#?]{1,64}$/;
const LAST_MS = 9_999_999_999_999; // 13 digits, the year 2286.

/**
 * Reads where a log begins and ends: one request, which brings the state row and the newest slot. At the
 * log's birth it also writes the state row.
 */
export async function readLogState(parts: LogStateParts, room: string): Promise<LogState> {
  const { requests } = parts;
  const key = logStateKey(room);
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const [first, second] = await listNewest(requests, room);
    if (first?.rowKey !== key.rowKey) {
      await requests.insert({ ...key, epoch: newEpoch(parts), floor: "0" }); // Or somebody else just did.
      continue;
    }
    const known = readStateRow(first);
    const state = stateOf(requests, known, first, second);
    if (state) return state;
    const told = await readStateOfSlots(requests, room, known);
    if (told) return told;
    await requests.replace({ ...key, epoch: newEpoch(parts), floor: "0" }, first.etag);
  }
  throw new UnavailableError("the log's state is not listed, though it was written");
}

/** What the state row says, as far as it can be believed. */
interface StateRow {
  readonly epoch: string | undefined;
  /** The newest seq that was trimmed. */
  readonly floor: number | undefined;
}

/** An epoch is a part of keys and filters, so not any text is one. */
function readStateRow({ epoch, floor }: TableRow): StateRow {
  const isEpoch = typeof epoch === "string" && EPOCH.test(epoch);
  const isFloor = typeof floor === "string" && /^\d{1,15}$/.test(floor);
  return { epoch: isEpoch ? epoch : undefined, floor: isFloor ? Number(floor) : undefined };
}

/** The state that a log's first two rows tell; undefined if one of them is not what it should be. */
function stateOf(
  requests: TableRequests,
  { epoch, floor }: StateRow,
  first: TableRow,
  second: TableRow | undefined,
): LogState | undefined {
  if (epoch === undefined || floor === undefined) {
    requests.distrust("the beginning of a log", first);
    return undefined;
  }
  if (!second) return { epoch, oldest: 1, head: 0 };
  const newest = slotOf(second.rowKey);
  if (!newest) requests.distrust("an entry of a log", second);
  if (newest?.epoch !== epoch) return undefined;
  return { epoch, oldest: Math.min(floor, newest.seq) + 1, head: newest.seq };
}

/** What the slots themselves tell of where a log begins and ends; undefined if nothing tells its epoch. */
async function readStateOfSlots(
  requests: TableRequests,
  room: string,
  known: StateRow,
): Promise<LogState | undefined> {
  let { epoch } = known;
  let head = 0;
  let lowest = 1;
  let next: string | undefined;
  do {
    const page = await requests.list({
      ...{ filter: slotRows(room, epoch), select: [], limit: 1000, next },
    });
    for (const { rowKey } of page.rows) {
      const slot = slotOf(rowKey);
      if (!slot || !EPOCH.test(slot.epoch) || slot.epoch !== (epoch ?? slot.epoch)) continue;
      if (head === 0) head = slot.seq;
      lowest = slot.seq;
      ({ epoch } = slot);
    }
    next = page.next;
  } while (next !== undefined);
  if (epoch === undefined) return undefined;
  return { epoch, oldest: Math.min(known.floor ?? lowest - 1, head) + 1, head };
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
    if (!row) return false;
    const known = readStateRow(row);
    if ((known.epoch ?? epoch) !== epoch) return false;
    if (known.epoch !== undefined && (known.floor ?? -1) >= floor) return true;
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
