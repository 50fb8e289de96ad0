import type { LogEntry, StoredEntry } from "@hubbub/core";
import { isLogEntry, readJson, toStoredEntries } from "@hubbub/core/adapter";
import { type DynamoKey, LOG_STATE, logPartition } from "./dynamo-keys.ts";
import type { DynamoItem, DynamoRequests } from "./dynamo-requests.ts";

/** A part of a log: the slots after a seq, so many at most, up to and including another. */
interface SlotRange {
  readonly after: number;
  readonly limit: number;
  readonly upTo?: number;
}

const DIGITS = 16; // All safe integers.
const SLOT = /^(\d{6,10}-.*)#(\d{16})$/s;
const EPOCHS: readonly [string, string] = ["0", ":"]; // All that begins with a digit.
const PAGE = 16; // Of the rows that are looked through where some are none of ours.

/** The row of a slot. Epochs begin with a number that grows, so later ones sort behind. */
export function slotKey(room: string, epoch: string, seq: number): DynamoKey {
  return { pk: logPartition(room), sk: `${epoch}#${String(seq).padStart(DIGITS, "0")}` };
}

/** Where in which log a row is; undefined for a row that is no slot. */
export function slotOf({ sk }: DynamoItem): { epoch: string; seq: number } | undefined {
  const [, epoch, digits] = SLOT.exec(String(sk)) ?? [];
  const seq = Number(digits);
  return epoch !== undefined && seq >= 1 ? { epoch, seq } : undefined;
}

/** The row that knows a log's epoch, head and oldest entry when its slots are gone. It never expires. */
export function logStateKey(room: string): DynamoKey {
  return { pk: logPartition(room), sk: LOG_STATE };
}

/** The attributes of an entry, as JSON text: it comes back to the byte. */
export function slotItem(entry: LogEntry, seq: number): DynamoItem {
  return { entry: JSON.stringify({ ...entry, seq }) };
}

/** The entries of slots, ascending. One that can't be read is as old as the next one, or as `now`. */
export function toEntries(
  { distrust }: Pick<DynamoRequests, "distrust">,
  items: readonly DynamoItem[],
  now: number,
): StoredEntry[] {
  const found = new Map<number, DynamoItem>();
  for (const item of items) {
    const seq = slotOf(item)?.seq;
    if (seq === undefined) distrust("an entry of a log", item);
    else found.set(seq, item);
  }
  const slots = Array.from(found, ([seq, item]) => ({ seq, value: readJson(item.entry) }));
  return toStoredEntries(slots, now, (seq) => {
    distrust("an entry of a log", found.get(seq) ?? {});
  });
}

/** The slots after a seq, ascending; more than one request where they are more than 1 MB. */
export async function readSlots(
  requests: DynamoRequests,
  room: string,
  epoch: string,
  { after, limit, upTo = Number.MAX_SAFE_INTEGER }: SlotRange,
): Promise<DynamoItem[]> {
  const items: DynamoItem[] = [];
  const { pk, sk: from } = slotKey(room, epoch, after + 1);
  let ExclusiveStartKey: DynamoItem | undefined;
  do {
    const page = await requests.query({
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
      ExpressionAttributeValues: { ":pk": pk, ":from": from, ":to": slotKey(room, epoch, upTo).sk },
      ConsistentRead: true,
      Limit: limit - items.length,
      ...(ExclusiveStartKey && { ExclusiveStartKey }),
    });
    items.push(...page.items);
    ExclusiveStartKey = page.last;
  } while (ExclusiveStartKey && items.length < limit);
  return items;
}

/** The first slot from a seq on; it is as old as the next one if it can't be read. */
export async function slotFrom(
  requests: DynamoRequests,
  room: string,
  epoch: string,
  { seq, now }: { seq: number; now: number },
): Promise<StoredEntry | undefined> {
  const range = { after: seq - 1, limit: 1 };
  let items = await readSlots(requests, room, epoch, range);
  const isReadable = items.every((item) => slotOf(item) && isLogEntry(readJson(item.entry)));
  if (!isReadable) items = await readSlots(requests, room, epoch, { ...range, limit: PAGE });
  return toEntries(requests, items, now)[0];
}

/** The newest slot of an epoch, or of all, whatever else is there. */
export async function newestSlot(
  requests: DynamoRequests,
  room: string,
  epoch: string | undefined,
): Promise<DynamoItem | undefined> {
  const of = (seq: number) => slotKey(room, epoch ?? "", seq).sk;
  const [from, to] = epoch === undefined ? EPOCHS : [of(0), of(Number.MAX_SAFE_INTEGER)];
  let ExclusiveStartKey: DynamoItem | undefined;
  do {
    const page = await requests.query({
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
      ExpressionAttributeValues: { ":pk": logPartition(room), ":from": from, ":to": to },
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: PAGE,
      ...(ExclusiveStartKey && { ExclusiveStartKey }),
    });
    const slot = page.items.find(slotOf);
    if (slot) return slot;
    ExclusiveStartKey = page.last;
  } while (ExclusiveStartKey);
  return undefined;
}
