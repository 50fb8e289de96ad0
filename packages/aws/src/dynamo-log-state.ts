import { type Clock, type LogState, UnavailableError } from "@hubbub/core";
import { isText, isTime, isWhole } from "@hubbub/core/adapter";
import { LOG_STATE } from "./dynamo-keys.ts";
import type { LogAges } from "./dynamo-log-ages.ts";
import type { DynamoItem, DynamoRequests } from "./dynamo-requests.ts";
import { logStateKey, newestSlot, slotFrom, slotKey, slotOf, toEntries } from "./dynamo-slots.ts";

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
const MOST = Number.MAX_SAFE_INTEGER;
const EPOCH = /^\d{6,10}-/;

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
  const now = clock.now();
  const { item, row: known, slot } = await find(parts, room);
  const row = known ?? (slot && rebuilt(slot));
  if (!row) return write(parts, room, firstOf(parts, 0), item);
  const [newest] =
    slot && slotOf(slot)?.epoch === row.epoch ? toEntries(requests, [slot], now) : [];
  const head = Math.max(row.head, newest?.seq ?? 0);
  if (known && now - row.checkedAt <= ages.checkMs) {
    return { epoch: row.epoch, oldest: row.floor + 1, head };
  }
  if (now - Math.max(row.checkedAt, newest?.ts ?? 0) > ages.renewMs) {
    return write(parts, room, firstOf(parts, Number.parseInt(row.epoch, 10) + 1), item);
  }
  const floor = await findFloor(parts, room, { ...row, head });
  return write(parts, room, { ...row, head, floor, checkedAt: now }, item);
}

/** The state row, as it is and as it is understood, and the newest slot. */
interface Found {
  readonly item: DynamoItem | undefined;
  readonly row: StateRow | undefined;
  readonly slot: DynamoItem | undefined;
}

/** One query, as long as all rows are ours. */
async function find({ requests }: LogStateParts, room: string): Promise<Found> {
  const key = logStateKey(room);
  const { items } = await requests.query({
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": key.pk },
    ConsistentRead: true,
    ScanIndexForward: false,
    Limit: 2,
  });
  const foreign = items.filter((item) => item.sk !== LOG_STATE && !slotOf(item));
  for (const each of foreign) requests.distrust("a row of a log", each);
  const isHidden = foreign.length > 0;
  const item = isHidden ? await requests.get(key) : items.find(({ sk }) => sk === LOG_STATE);
  const row = item && toRow(item);
  if (item && !row) requests.distrust("the state of a log", item);
  const first = items.find(slotOf);
  // A slot of a later epoch hides those of the log's own: the state row is written first.
  const isLater = row && first && String(first.sk) > slotKey(room, row.epoch, MOST).sk;
  const slot = isHidden || isLater ? await newestSlot(requests, room, row?.epoch) : first;
  return { item, row, slot };
}

/** The state that the newest slot tells of, where its own row can't be read: nobody knows the oldest one. */
function rebuilt(newest: DynamoItem): StateRow | undefined {
  const last = slotOf(newest);
  return last && { epoch: last.epoch, head: last.seq, floor: 0, checkedAt: 0 };
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
  old: DynamoItem | undefined,
): Promise<LogState | undefined> {
  const oldest = floor + 1;
  const item = { ...logStateKey(room), epoch, head, oldest, checkedAt };
  const { done } = await requests.put(
    item,
    old ? unchanged(old) : { condition: "attribute_not_exists(pk)" },
  );
  return done ? { epoch, oldest, head } : undefined;
}

/** The condition that a state row is still the one that was read, whatever was in it. */
function unchanged(old: DynamoItem) {
  const names = ["epoch", "checkedAt", "oldest"];
  const there = names.filter((name) => old[name] !== undefined);
  const terms = names.map((name) =>
    there.includes(name) ? `${name} = :${name}` : `attribute_not_exists(${name})`,
  );
  const values = Object.fromEntries(there.map((name) => [`:${name}`, old[name]]));
  return { condition: terms.join(" AND "), ...(there.length > 0 && { values }) };
}

function toRow({ epoch, head, oldest, checkedAt }: DynamoItem): StateRow | undefined {
  if (!isText(epoch) || !EPOCH.test(epoch)) return undefined;
  if (!isWhole(head) || !isWhole(oldest, 1) || !isTime(checkedAt)) return undefined;
  return { epoch, head, floor: oldest - 1, checkedAt };
}

/** Finds the last slot that is too old, by bisection: most are looked at by nobody. */
async function findFloor(
  { requests, clock, ages }: LogStateParts,
  room: string,
  { epoch, floor, head }: StateRow,
): Promise<number> {
  const now = clock.now();
  let [low, high, oldest] = [floor + 1, head + 1, head + 1];
  let probe = low; // Mostly the first is young enough.
  while (low < high) {
    const slot = await slotFrom(requests, room, epoch, { seq: probe, now });
    if (slot && slot.ts > now - ages.hideMs) [high, oldest] = [probe, slot.seq];
    else low = slot ? Math.min(slot.seq + 1, high) : high;
    probe = Math.floor((low + high) / 2);
  }
  return oldest - 1;
}
