import type { LogEntry, StoredEntry } from "@hubbub/core";
import type { TableEntityLike } from "./table-client.ts";
import { JSON_PROPERTIES, readJson, writeJson } from "./table-json.ts";
import { keyOf, rowsBetween, type TableKey } from "./table-keys.ts";
import type { TableRequests, TableRow } from "./table-requests.ts";

const DIGITS = 16; // All safe integers.
const END = "~"; // Sorts after every slot.
const MAX_ROWS = 1000; // Of one answer.

/** The partition with a room's log. */
export function logPartition(room: string): string {
  return `L.${keyOf(room)}`;
}

/** The row with a log's epoch and oldest entry. It sorts before every slot. */
export function logStateKey(room: string): TableKey {
  return { partitionKey: logPartition(room), rowKey: "!" };
}

/** Row keys are listed ascending only: with the seq counted down, the newest slot comes first. */
function slotRowKey(epoch: string, seq: number): string {
  const left = Math.max(0, Number.MAX_SAFE_INTEGER - seq);
  return `s.${epoch}.${String(left).padStart(DIGITS, "0")}`;
}

/** The row of a slot. */
export function slotKey(room: string, epoch: string, seq: number): TableKey {
  return { partitionKey: logPartition(room), rowKey: slotRowKey(epoch, seq) };
}

/** The seq in a slot's row key; undefined if it is not one of this epoch. */
export function seqOf(row: TableRow | undefined, epoch: string): number | undefined {
  const prefix = `s.${epoch}.`;
  if (!row?.rowKey.startsWith(prefix)) return undefined;
  return Number.MAX_SAFE_INTEGER - Number(row.rowKey.slice(prefix.length));
}

/** An entry as a row, as JSON text: it comes back to the byte. */
export function slotEntity(key: TableKey, entry: LogEntry, by: string): TableEntityLike {
  return { ...key, by, ...writeJson(entry) };
}

/** The slots after a seq, ascending: one request, or more where they are more than one answer holds. */
export async function readSlots(
  requests: TableRequests,
  room: string,
  epoch: string,
  { after, limit }: { after: number; limit: number },
): Promise<StoredEntry[]> {
  // Slots are contiguous, so their range is known; only what was trimmed is missing in it.
  const from = slotRowKey(epoch, after + limit);
  const filter = rowsBetween(logPartition(room), from, slotRowKey(epoch, after));
  const entries: StoredEntry[] = [];
  let next: string | undefined;
  do {
    const page = await requests.list({
      ...{ filter, next, select: JSON_PROPERTIES, limit: Math.min(limit, MAX_ROWS) },
    });
    for (const row of page.rows) {
      entries.push({ ...readJson<LogEntry>(row), seq: seqOf(row, epoch) ?? 0 });
    }
    next = page.next;
  } while (next !== undefined);
  return entries.reverse();
}

/** Some slots up to and including a seq; none are left once it answers none. */
export async function listOldSlots(
  requests: TableRequests,
  room: string,
  epoch: string,
  upTo: number,
  limit: number,
): Promise<TableKey[]> {
  const filter = rowsBetween(logPartition(room), slotRowKey(epoch, upTo), `s.${epoch}.${END}`);
  let next: string | undefined;
  do {
    const page = await requests.list({ filter, select: [], limit, next });
    if (page.rows.length > 0) return [...page.rows];
    next = page.next;
  } while (next !== undefined);
  return [];
}
