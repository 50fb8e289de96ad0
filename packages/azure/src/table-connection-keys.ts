import { createHash } from "node:crypto";
import { keyOf, rowsBetween, type TableKey } from "./table-keys.ts";

const BUCKETS = 16; // A partition takes 2,000 rows a second, a storage account 20,000. For ever: keys depend on it.
const TIME_DIGITS = 15;
const END = "~"; // Sorts after whatever is in a key.

/** The partitions with all connections. */
export const CONNECTION_BUCKETS: readonly string[] = Array.from(
  { length: BUCKETS },
  (_, bucket) => `C.${String(bucket).padStart(2, "0")}`,
);

function bucketOf(key: string): string {
  const [byte = 0] = createHash("sha256").update(key).digest();
  return CONNECTION_BUCKETS[byte % BUCKETS] as string;
}

/** The row of a connection, or of the tombstone that it left. */
export function connectionKey(connectionId: string): TableKey {
  const key = keyOf(connectionId);
  return { partitionKey: bucketOf(key), rowKey: `c.${key}` };
}

/** The row by which a user's connection is found: in the connection's partition, so that both change at once. */
export function userKey(userId: string, connectionId: string): TableKey {
  const key = keyOf(connectionId);
  return { partitionKey: bucketOf(key), rowKey: `u.${keyOf(userId)}.${key}` };
}

/** The filter for a user's rows in one bucket. */
export function userRows(bucket: string, userId: string): string {
  const prefix = `u.${keyOf(userId)}.`;
  return rowsBetween(bucket, prefix, prefix + END);
}

/** The connection's row that a user's row speaks of. */
export function connectionOfUserRow({ partitionKey, rowKey }: TableKey, userId: string): TableKey {
  return { partitionKey, rowKey: `c.${rowKey.slice(`u.${keyOf(userId)}.`.length)}` };
}

/** The row that says when a connection's row is to be looked at again: Table Storage expires nothing. */
export function dueKey(connectionId: string, atMs: number): TableKey {
  return dueAgain(connectionKey(connectionId), atMs);
}

/** The same for the key of a connection's row. */
export function dueAgain({ partitionKey, rowKey }: TableKey, atMs: number): TableKey {
  const time = String(Math.max(0, Math.ceil(atMs))).padStart(TIME_DIGITS, "0");
  return { partitionKey, rowKey: `t.${time}.${rowKey.slice("c.".length)}` };
}

/** The filter for what is due in one bucket. */
export function dueRows(bucket: string, nowMs: number): string {
  return rowsBetween(bucket, "t.", `t.${String(Math.floor(nowMs)).padStart(TIME_DIGITS, "0")}`);
}

/** The connection's row that a row of {@link dueKey} speaks of. */
export function connectionOfDueRow({ partitionKey, rowKey }: TableKey): TableKey {
  return { partitionKey, rowKey: `c.${rowKey.slice("t.".length + TIME_DIGITS + 1)}` };
}

/** The partition with a room's members. */
export function memberPartition(room: string): string {
  return `R.${keyOf(room)}`;
}

/** The row of one member. */
export function memberKey(room: string, connectionId: string): TableKey {
  return { partitionKey: memberPartition(room), rowKey: keyOf(connectionId) };
}
