import type { Connection, Member } from "@hubbub/core";
import { isTime } from "@hubbub/core/adapter";
import { isMember } from "./stored-shapes.ts";
import type { TableEntityLike } from "./table-client.ts";
import { memberKey } from "./table-connection-keys.ts";
import { type Memberships, type OpenedRow, readConnection } from "./table-connection-rows.ts";
import { readJson, writeJson } from "./table-json.ts";
import { idOf, keyOf, type TableKey } from "./table-keys.ts";
import type { TableRequests, TableRow } from "./table-requests.ts";

/** A membership as it was read: it is deleted only if it is still that. */
export type SeenMember = TableKey & { readonly etag: string };

/** The row of a connection's membership in a room. */
export function memberEntity(room: string, connection: Connection): TableEntityLike {
  const { connectionId, user, protocol, expiresAt } = connection;
  const key = memberKey(room, connectionId);
  const id = idOf(key.rowKey) === undefined ? connectionId : undefined;
  const member = { id, userId: user.userId, name: user.name, protocol };
  return { ...key, end: String(expiresAt), ...writeJson(member) };
}

/** Reads a membership; undefined if it is none. */
export function toMember(row: TableRow): (Member & { readonly expiresAt: number }) | undefined {
  const stored = readJson(row);
  const expiresAt = typeof row.end === "string" ? Number.parseInt(row.end, 10) : Number.NaN;
  if (!isMember(stored) || !isTime(expiresAt)) return undefined;
  const { id = "", userId, name, protocol } = stored;
  const connectionId = idOf(row.rowKey) ?? id;
  if (keyOf(connectionId) !== row.rowKey) return undefined;
  return { connectionId, userId, ...(name !== undefined && { name }), protocol, expiresAt };
}

/** A member as its connection's row tells it. */
export function memberOf({ connectionId, user, protocol }: Connection): Member {
  const { userId, name } = user;
  return { connectionId, userId, ...(name !== undefined && { name }), protocol };
}

async function seeMembers(
  requests: TableRequests,
  connectionId: string,
  rooms: readonly string[],
): Promise<SeenMember[]> {
  const rows = await Promise.all(rooms.map((room) => requests.get(memberKey(room, connectionId))));
  return rows.filter((row) => row !== undefined);
}

/** Deletes memberships that nobody has written since. */
export async function removeSeen(
  requests: TableRequests,
  seen: readonly SeenMember[],
): Promise<void> {
  await Promise.all(seen.map((key) => requests.remove(key, key.etag)));
}

/** Creates the operations on the rows of members. */
export function createTableMemberships(requests: TableRequests): Memberships {
  return {
    extend: (connection) => extendMembers(requests, connection),
    renew: (connectionId) => renewMembers(requests, connectionId),
    async prepareEnd({ connectionId, rooms }) {
      const seen = await seeMembers(requests, connectionId, rooms);
      return () => removeSeen(requests, seen);
    },
    removeAll: (connection) => removeMembers(requests, connection),
  };
}

async function removeMembers(
  requests: TableRequests,
  { connectionId, rooms }: Connection,
): Promise<void> {
  await Promise.all(rooms.map((room) => requests.remove(memberKey(room, connectionId))));
}

/** Gives the memberships that are there another lease. One that is not there was left meanwhile. */
async function extendMembers(requests: TableRequests, connection: Connection): Promise<void> {
  const { connectionId, rooms, expiresAt } = connection;
  await Promise.all(
    rooms.map((room) =>
      requests.merge({ ...memberKey(room, connectionId), end: String(expiresAt) }),
    ),
  );
}

const MAX_ROUNDS = 4;

/** Brings user and lease of the memberships that are there up to the row, until it has not changed meanwhile. */
async function renewMembers(requests: TableRequests, connectionId: string): Promise<void> {
  let seen: string | undefined;
  for (let rounds = 1; rounds <= MAX_ROUNDS; rounds++) {
    const row = await readConnection({ requests }, connectionId);
    if (!row?.connection || row.closed || row.etag === seen) return;
    const { connection } = row as OpenedRow;
    await Promise.all(
      connection.rooms.map((room) => requests.merge(memberEntity(room, connection))),
    );
    seen = row.etag;
  }
}
