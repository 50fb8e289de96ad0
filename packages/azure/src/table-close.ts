import type { Connection } from "@hubbub/core";
import { connectionKey } from "./table-connection-keys.ts";
import {
  burySteps,
  type ConnectionRow,
  readConnection,
  type TableStoreParts,
  untilSettled,
} from "./table-connection-rows.ts";
import { sweepBucket } from "./table-sweep.ts";

const SWEEP_CHANCE = 1 / 16; // Each sweep looks at up to 32 rows: twice as many as are closed.

/** Closes a connection; answers what was removed to the one who closed it. */
export async function closeConnection(
  parts: TableStoreParts,
  connectionId: string,
): Promise<Connection | undefined> {
  const { clock, random, memberships, nextWriter, tombstoneMs, warn } = parts;
  const by = nextWriter();
  const closed = { by, until: clock.now() + tombstoneMs };
  const row = await untilSettled(parts, () => bury(parts, connectionId, closed));
  if (row.connection) await memberships.removeAll(row.connection);
  if (random() < SWEEP_CHANCE) {
    await sweepBucket(parts, connectionKey(connectionId).partitionKey).catch((error: unknown) =>
      warn("old connections could not be swept; a later close will", error),
    );
  }
  return row.closed?.by === by ? row.connection : undefined;
}

/** Makes a tombstone of a row, which keeps what it had. Answers the tombstone, whoever made it. */
async function bury(
  parts: TableStoreParts,
  connectionId: string,
  closed: { by: string; until: number },
): Promise<Omit<ConnectionRow, "etag"> | undefined> {
  const old = await readConnection(parts, connectionId);
  if (old?.closed) return old;
  const { done } = await parts.requests.transact(burySteps(connectionId, old, closed));
  return done ? { connection: old?.connection, closed, by: closed.by } : undefined;
}
