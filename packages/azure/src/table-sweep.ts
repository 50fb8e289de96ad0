import type { TableAction } from "./table-client.ts";
import { connectionOfDueRow, dueAgain, dueRows } from "./table-connection-keys.ts";
import { burySteps, GRACE_MS, readRow, type TableStoreParts } from "./table-connection-rows.ts";
import type { TableKey } from "./table-keys.ts";

const ROWS = 32;
const AT_ONCE = 8;

/** Looks at the rows of a bucket that are due, and deletes those that are long dead. */
export async function sweepBucket(parts: TableStoreParts, bucket: string): Promise<void> {
  const { requests, clock } = parts;
  const filter = dueRows(bucket, clock.now());
  const { rows } = await requests.list({ filter, select: [], limit: ROWS });
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    await Promise.all(rows.slice(start, start + AT_ONCE).map((due) => sweep(parts, due)));
  }
}

async function sweep(parts: TableStoreParts, due: TableKey): Promise<void> {
  const { requests, memberships, clock } = parts;
  const key = connectionOfDueRow(due);
  const deleteDue: TableAction = ["delete", keyOnly(due)];
  const row = await readRow(requests, key);
  if (!row) {
    await requests.transact([deleteDue]);
    return;
  }
  const { connection, closed } = row;
  const dueAt = closed?.until ?? (connection?.expiresAt ?? 0) + GRACE_MS;
  if (dueAt > clock.now()) {
    await requests.transact([deleteDue, ["create", { ...dueAgain(key, dueAt) }]]);
    return;
  }
  if (connection && !closed) {
    const swept = { by: parts.nextWriter(), until: clock.now() };
    const { done } = await requests.transact(burySteps(connection.connectionId, row, swept));
    if (!done) return; // Opened again.
    await memberships.removeAll(connection);
  }
  // A tombstone never changes, so it needs no tag, which the SDK takes for no delete in a transaction.
  await requests.transact([deleteDue, ["delete", key]]);
}

const keyOnly = ({ partitionKey, rowKey }: TableKey): TableKey => ({ partitionKey, rowKey });
