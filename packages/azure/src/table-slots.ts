import type { Clock, LogEntry, StoredEntry } from "@hubbub/core";
import { toStoredEntries } from "@hubbub/core/adapter";
import type { TableEntityLike } from "./table-client.ts";
import { JSON_PROPERTIES, readJson, writeJson } from "./table-json.ts";
import { keyOf, rowsBetween, type TableKey } from "./table-keys.ts";
import type { TableRequests, TableRow } from "./table-requests.ts";

const DIGITS = 16; // All safe integers.
const SLOT = /^s\.(.+)\.(\d{16})$/;
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

/** Where in which log a slot is; undefined for a row that is no slot. */
export function slotOf(rowKey: string): { epoch: string; seq: number } | undefined {
  const [, epoch = "", left] = SLOT.exec(rowKey) ?? [];
  const seq = Number.MAX_SAFE_INTEGER - Number(left);
  return seq >= 1 ? { epoch, seq } : undefined;
}

/** The filter for all slots of a log: those of one epoch, or of all, the newest first. */
export function slotRows(room: string, epoch: string | undefined): string {
  const prefix = epoch === undefined ? "s." : `s.${epoch}.`;
  return rowsBetween(logPartition(room), prefix, prefix + END);
}

/** An entry as a row, as JSON text: it comes back to the byte. */
export function slotEntity(key: TableKey, entry: LogEntry, by: string): TableEntityLike {
  return { ...key, by, ...writeJson(entry) };
}

/** The slots after a seq, ascending: one request, or more where they are more than one answer holds. */
export async function readSlots(
  { requests, clock }: { requests: TableRequests; clock: Pick<Clock, "now"> },
  room: string,
  epoch: string,
  { after, limit }: { after: number; limit: number },
): Promise<StoredEntry[]> {
  // Slots are contiguous, so their range is known; only what was trimmed is missing in it.
  const from = slotRowKey(epoch, after + limit);
  const filter = rowsBetween(logPartition(room), from, slotRowKey(epoch, after));
  const found: { seq: number; row: TableRow }[] = []; // The newest first.
  let next: string | undefined;
  do {
    const page = await requests.list({
      ...{ filter, next, select: JSON_PROPERTIES, limit: Math.min(limit, MAX_ROWS) },
    });
    for (const row of page.rows) {
      const seq = slotOf(row.rowKey)?.seq;
      if (seq === undefined) requests.distrust("an entry of a log", row);
      else found.push({ seq, row });
    }
    next = page.next;
  } while (next !== undefined);
  const slots = found.reverse().map(({ seq, row }) => ({ seq, value: readJson(row) }));
  return toStoredEntries(slots, clock.now(), (seq) => {
    requests.distrust("an entry of a log", slotKey(room, epoch, seq));
  });
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
