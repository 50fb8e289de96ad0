import { type Clock, type LogState, UnavailableError } from "@hubbub/core";
import type { LogAges } from "./dynamo-log-ages.ts";
import type { DynamoItem, DynamoRequests } from "./dynamo-requests.ts";
import { logStateKey, readSlots, toEntry } from "./dynamo-slots.ts";

/** What the reading of a log's state needs. */
export interface LogStateParts {
  requests: DynamoRequests;
  clock: Pick<Clock, "now">;
  /** Makes the part of an epoch that nobody can guess. */
  id: () => string;
  ages: LogAges;
}

/** A log's state row: what was known at a time. */
interface StateRow {
  readonly epoch: string;
  readonly head: number;
  /** The seq before the oldest entry. */
  readonly floor: number;
  /** When it was checked, in milliseconds since the Unix epoch. */
  readonly checkedAt: number;
}

const MAX_TRIES = 8; // Each is lost to somebody who did the same.
const MAX_ID_CHARS = 48; // An epoch has 64 at most.

/**
 * Reads where a log begins and ends: one query, which brings the state row and the newest slot. Now and
 * then it also writes the state row: at the log's birth, and once what it says has not been checked for
 * long ({@link LogAges}).
 */
export async function readLogState(parts: LogStateParts, room: string): Promise<LogState> {
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const state = await tryToRead(parts, room);
    if (state) return state;
  }
  throw new UnavailableError("the log's state changed each time that it was read");
}

/** Moves the oldest entry; never backwards. */
export async function raiseFloor(
  requests: DynamoRequests,
  room: string,
  epoch: string,
  floor: number,
): Promise<void> {
  await requests.update(logStateKey(room), {
    update: "SET oldest = :oldest",
    condition: "epoch = :epoch AND oldest < :oldest",
    values: { ":oldest": floor + 1, ":epoch": epoch },
  });
}

/** Undefined if somebody else wrote the state row meanwhile. */
async function tryToRead(parts: LogStateParts, room: string): Promise<LogState | undefined> {
  const { requests, clock, ages } = parts;
  const { items } = await requests.query({
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": logStateKey(room).pk },
    ConsistentRead: true,
    ScanIndexForward: false,
    Limit: 2,
  });
  const found = items.find(({ epoch }) => epoch !== undefined);
  if (!found) return write(parts, room, firstOf(parts, 0));
  const row = toRow(found);
  const slot = items.find(({ sk }) => String(sk).startsWith(`${row.epoch}#`));
  const newest = slot && toEntry(slot);
  const head = Math.max(row.head, newest?.seq ?? 0);
  const now = clock.now();
  if (now - row.checkedAt <= ages.checkMs) {
    return { epoch: row.epoch, oldest: row.floor + 1, head };
  }
  if (now - Math.max(row.checkedAt, newest?.ts ?? 0) > ages.renewMs) {
    return write(parts, room, firstOf(parts, Number.parseInt(row.epoch, 10) + 1), row);
  }
  const floor = await findFloor(parts, room, { ...row, head });
  return write(parts, room, { ...row, head, floor, checkedAt: now }, row);
}

/** The state of a log that begins. */
function firstOf({ clock, id }: LogStateParts, generation: number): StateRow {
  const epoch = `${String(generation).padStart(6, "0")}-${id().slice(0, MAX_ID_CHARS)}`;
  return { epoch, head: 0, floor: 0, checkedAt: clock.now() };
}

/** Writes the state row if it is still what it was; undefined if it is not. */
async function write(
  { requests }: LogStateParts,
  room: string,
  { epoch, head, floor, checkedAt }: StateRow,
  old?: StateRow,
): Promise<LogState | undefined> {
  const oldest = floor + 1;
  const item = { ...logStateKey(room), epoch, head, oldest, checkedAt };
  const { done } = await requests.put(
    item,
    old
      ? {
          condition: "epoch = :epoch AND checkedAt = :at AND oldest = :oldest",
          values: { ":epoch": old.epoch, ":at": old.checkedAt, ":oldest": old.floor + 1 },
        }
      : { condition: "attribute_not_exists(pk)" },
  );
  return done ? { epoch, oldest, head } : undefined;
}

function toRow({ epoch, head, oldest, checkedAt }: DynamoItem): StateRow {
  return {
    epoch: String(epoch),
    head: Number(head),
    floor: Number(oldest) - 1,
    checkedAt: Number(checkedAt),
  };
}

/** Finds the last slot that is too old, by bisection: most are looked at by nobody. */
async function findFloor(
  { requests, clock, ages }: LogStateParts,
  room: string,
  { epoch, floor, head }: StateRow,
): Promise<number> {
  const tooOld = clock.now() - ages.hideMs;
  let [low, high, oldest] = [floor + 1, head + 1, head + 1];
  let probe = low; // Mostly the first is young enough.
  while (low < high) {
    const [item] = await readSlots(requests, room, epoch, { after: probe - 1, limit: 1 });
    const slot = item && toEntry(item);
    if (slot && slot.ts > tooOld) [high, oldest] = [probe, slot.seq];
    else low = slot ? Math.min(slot.seq + 1, high) : high;
    probe = Math.floor((low + high) / 2);
  }
  return oldest - 1;
}
