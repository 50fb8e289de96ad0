import type { Connection } from "@hubbub/core";
import type { TableAction } from "./table-client.ts";
import { userKey } from "./table-connection-keys.ts";
import {
  type ConnectionRow,
  insertSteps,
  isOpen,
  type OpenedRow,
  readConnection,
  rowEntity,
  type TableStoreParts,
  untilSettled,
} from "./table-connection-rows.ts";

/** Stores a connection: one write, unless it is there already. */
export async function openConnection(
  parts: TableStoreParts,
  connection: Connection,
): Promise<boolean> {
  const { connectionId } = connection;
  const by = parts.nextWriter();
  const row = { connection: { ...connection, rooms: [] }, by };
  return untilSettled(parts, async () => {
    const stored = await parts.requests.transact(insertSteps(connectionId, row));
    if (stored.done) return true;
    const old = await readConnection(parts, connectionId);
    if (!old) return undefined; // Swept meanwhile: it was long dead.
    if (old.by === by) return true; // Stored by this very write, whose answer was lost.
    if (old.closed || !old.connection) return false;
    return (await reopen(parts, connection, old as OpenedRow)) ? true : undefined;
  });
}

/** Gives a row that is there the new user and lease; false if it changed meanwhile. */
async function reopen(
  parts: TableStoreParts,
  connection: Connection,
  old: OpenedRow,
): Promise<boolean> {
  const { requests, memberships, clock, nextWriter } = parts;
  const { connectionId } = connection;
  const { connection: former } = old;
  const isLive = isOpen(old, clock.now());
  const { rooms } = former;
  // If its lease has ended it may be somebody else's by now.
  const removeEnded = isLive ? undefined : await memberships.prepareEnd(former);
  const row = { connection: { ...connection, rooms: isLive ? rooms : [] }, by: nextWriter() };
  const steps = [replaceStep(connectionId, row, old.etag), ...moveSteps(old, connection)];
  const written = await requests.transact(steps);
  if (!written.done && (await readConnection(parts, connectionId))?.by !== row.by) return false;
  if (removeEnded) await removeEnded();
  else await memberships.renew(connectionId);
  return true;
}

function replaceStep(
  connectionId: string,
  row: Omit<ConnectionRow, "etag">,
  etag: string,
): TableAction {
  return ["update", rowEntity(connectionId, row), "Replace", { etag }];
}

/** Where the connection has another user, it is found by that one. */
function moveSteps(old: OpenedRow, { connectionId, user }: Connection): TableAction[] {
  const before = userKey(old.connection.user.userId, connectionId);
  const after = userKey(user.userId, connectionId);
  if (before.rowKey === after.rowKey) return [];
  return [
    ["delete", before],
    ["create", { ...after }],
  ];
}

/** Moves the lease of a connection and its memberships, never backwards. False: it is not open. */
export async function touchConnection(
  parts: TableStoreParts,
  connectionId: string,
  expiresAt: number,
): Promise<boolean> {
  const { requests, memberships, clock, nextWriter } = parts;
  return untilSettled(parts, async () => {
    const row = await readConnection(parts, connectionId);
    if (!isOpen(row, clock.now())) return false;
    const { connection } = row;
    if (connection.expiresAt > expiresAt) return true;
    const extended = { ...connection, expiresAt };
    // Equal: an earlier try may have died before it came to the memberships.
    if (connection.expiresAt < expiresAt) {
      const entity = rowEntity(connectionId, { connection: extended, by: nextWriter() });
      if (!(await requests.replace(entity, row.etag)).done) return undefined;
    }
    await memberships.extend(extended);
    return true;
  });
}
