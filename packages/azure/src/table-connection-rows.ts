import { type Clock, type Connection, UnavailableError } from "@hubbub/core";
import { isConnection, isObject } from "@hubbub/core/adapter";
import { isClosing } from "./stored-shapes.ts";
import type { TableAction, TableEntityLike } from "./table-client.ts";
import { connectionKey, dueKey, userKey } from "./table-connection-keys.ts";
import { readJson, writeJson } from "./table-json.ts";
import type { TableKey } from "./table-keys.ts";
import type { TableRequests, TableRow, TableWritten } from "./table-requests.ts";

/** A connection's row, open or not. */
export interface ConnectionRow {
  /** As it was stored, with rooms and lease; absent if it was closed before it was opened. */
  readonly connection?: Connection | undefined;
  /** Set once it is closed. */
  readonly closed?: { readonly by: string; readonly until: number } | undefined;
  /** The name of the row's last write. */
  readonly by: string;
  readonly etag: string;
}

/** A row of a connection that was opened. */
export type OpenedRow = ConnectionRow & { readonly connection: Connection };

/** Where memberships are, besides the connections' rows. */
export interface Memberships {
  /** Gives the memberships that are there the connection's lease. */
  extend(connection: Connection): Promise<void>;
  /** Brings the memberships that are there up to the connection's row. */
  renew(connectionId: string): Promise<void>;
  /** Looks at memberships before the row that names them is emptied; answers what deletes just these. */
  prepareEnd(connection: Connection): Promise<() => Promise<void>>;
  /** Deletes all memberships of a connection that never comes back. */
  removeAll(connection: Connection): Promise<void>;
}

/** What the operations of the store share. */
export interface TableStoreParts {
  requests: TableRequests;
  memberships: Memberships;
  clock: Clock;
  random: () => number;
  /** Names the next write. */
  nextWriter: () => string;
  tombstoneMs: number;
  /** Is told what could not be swept. */
  warn: (message: string, error: unknown) => void;
}

/** How long the row of a connection that died unnoticed stays after its lease: a reader finds it before. */
export const GRACE_MS: number = 24 * 60 * 60 * 1000;

const MAX_TRIES = 24; // Each is lost to another change of the same connection.
const MAX_BACKOFF_MS = 250;

/** Whether a connection is open at a time. */
export function isOpen(row: ConnectionRow | undefined, nowMs: number): row is OpenedRow {
  return row?.connection !== undefined && !row.closed && row.connection.expiresAt > nowMs;
}

/** Reads a connection's row by its key. */
export async function readRow(
  requests: TableRequests,
  key: TableKey,
): Promise<ConnectionRow | undefined> {
  const row = await requests.get(key);
  if (!row) return undefined;
  const stored = storedIn(row);
  if (!stored) requests.distrust("the row of a connection", key);
  // What can't be read is closed: a closed id never comes back, and is swept.
  return { ...(stored ?? { closed: { by: "", until: 0 } }), by: String(row.by), etag: row.etag };
}

/** What a row holds, if it is that of its key. */
function storedIn(row: TableRow): Pick<ConnectionRow, "connection" | "closed"> | undefined {
  const stored = readJson(row);
  if (!isObject(stored)) return undefined;
  const { connection, closed } = stored;
  if (closed !== undefined && !isClosing(closed)) return undefined;
  if (connection === undefined) return closed && { closed };
  if (!isConnection(connection)) return undefined;
  return connectionKey(connection.connectionId).rowKey === row.rowKey
    ? { connection, closed }
    : undefined;
}

/** Reads the row of a connection. */
export function readConnection(
  { requests }: Pick<TableStoreParts, "requests">,
  connectionId: string,
): Promise<ConnectionRow | undefined> {
  return readRow(requests, connectionKey(connectionId));
}

/** A connection's row as it is written. */
export function rowEntity(
  connectionId: string,
  { connection, closed, by }: Omit<ConnectionRow, "etag">,
): TableEntityLike {
  return {
    ...connectionKey(connectionId),
    by,
    ...writeJson({ connection, closed }),
  };
}

/** Changes a row that is still the one that was read. */
export function replaceRow(
  { requests }: TableStoreParts,
  row: OpenedRow,
  change: Partial<Connection>,
  by: string,
): Promise<TableWritten> {
  const connection = { ...row.connection, ...change };
  return requests.replace(rowEntity(connection.connectionId, { connection, by }), row.etag);
}

/** The steps that store a connection's row for the first time, with what finds it again. */
export function insertSteps(connectionId: string, row: Omit<ConnectionRow, "etag">): TableAction[] {
  const { connection, closed } = row;
  const dueAt = closed?.until ?? (connection?.expiresAt ?? 0) + GRACE_MS;
  const steps: TableAction[] = [
    ["create", rowEntity(connectionId, row)],
    ["create", { ...dueKey(connectionId, dueAt) }],
  ];
  if (connection && !closed) {
    steps.push(["create", { ...userKey(connection.user.userId, connectionId) }]);
  }
  return steps;
}

/** The steps that make a tombstone of a row, which keeps what it had. */
export function burySteps(
  connectionId: string,
  old: ConnectionRow | undefined,
  closed: { by: string; until: number },
): TableAction[] {
  const connection = old?.connection;
  const row = { connection, closed, by: closed.by };
  if (!old || !connection) return insertSteps(connectionId, row);
  return [
    ["update", rowEntity(connectionId, row), "Replace", { etag: old.etag }],
    ["delete", userKey(connection.user.userId, connectionId)],
  ];
}

/**
 * Repeats what another change of the same connection made void.
 *
 * @param attempt Answers undefined to be repeated.
 */
export async function untilSettled<T>(
  { clock, random }: TableStoreParts,
  attempt: () => Promise<T | undefined>,
): Promise<T> {
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    if (tries > 2) await clock.sleep(random() * Math.min(MAX_BACKOFF_MS, 2 ** tries));
    const result = await attempt();
    if (result !== undefined) return result;
  }
  throw new UnavailableError(`the connection was changed by others ${MAX_TRIES} times`);
}
