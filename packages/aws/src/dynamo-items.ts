import type { Connection, ConnectionProtocol, Member } from "@hubbub/core";
import { isObject, isProtocol, isText, isTime, isUser, readJson } from "@hubbub/core/adapter";
import type { DynamoKey } from "./dynamo-keys.ts";
import { connectionKey, idOf, keyOf, memberKey, nameInKey } from "./dynamo-keys.ts";
import type { DynamoItem } from "./dynamo-requests.ts";

/** A connection's row, open or not. */
export interface ConnectionRow {
  /** As it was stored; rooms, lease and all. */
  readonly connection: Connection;
  /** By room, the shard that has its membership. */
  readonly shards: ReadonlyMap<string, number>;
  /** Grows with every change of the row: of two writes of a membership, the one with the greater counts. */
  readonly version: number;
  /** Set once it is closed: who closed it. */
  readonly closedBy: string | undefined;
}

const USUAL: ConnectionProtocol = "hubbub.v1";
const GRACE_MS = 24 * 60 * 60 * 1000; // A connection that died is found by readers, and closed, before that.

/** When DynamoDB may delete a row whose lease ends then, in seconds since the Unix epoch. */
export function ttlOf(leaseEndMs: number): number {
  return Math.ceil((leaseEndMs + GRACE_MS) / 1000);
}

/** The attributes that describe a connection, without its rooms and its version. */
export function connectionItem(connection: Connection): DynamoItem {
  const { connectionId, user, protocol, connectedAt, expiresAt, authExpiresAt } = connection;
  return {
    ...(idOf(keyOf(connectionId)) === undefined && { id: JSON.stringify(connectionId) }),
    usr: keyOf(user.userId),
    who: JSON.stringify(user), // JSON text also carries what UTF-8 can't.
    proto: protocol,
    openedAt: connectedAt,
    leaseEnd: expiresAt,
    ttl: ttlOf(expiresAt),
    ...(authExpiresAt !== undefined && { authEnd: authExpiresAt }),
  };
}

/** A room as it stands in a connection's row: a key and a value of the map `rooms`. */
export function roomInRow(room: string, shard: number): { key: string; value: string } {
  const key = keyOf(room);
  const name = idOf(key) === undefined ? JSON.stringify(room) : "";
  return { key, value: `${shard}${name}` };
}

/** Reads a connection's row; undefined if it is none, as the tombstone of one that never was. */
export function toConnectionRow(item: DynamoItem): ConnectionRow | undefined {
  const { who, proto, openedAt, leaseEnd, authEnd, v, gone } = item;
  const user = readJson(who);
  const shards = shardsIn(item.rooms);
  const connectionId = connectionIdOf(item, nameInKey(String(item.pk)));
  if (!isUser(user) || !isProtocol(proto) || !shards || connectionId === undefined)
    return undefined;
  if (!isTime(openedAt) || !isTime(leaseEnd) || !isTime(v)) return undefined;
  if (authEnd !== undefined && !isTime(authEnd)) return undefined;
  const connection: Connection = {
    ...{ connectionId, user, protocol: proto, rooms: [...shards.keys()] },
    ...{ connectedAt: openedAt, expiresAt: leaseEnd },
    ...(authEnd !== undefined && { authExpiresAt: authEnd }),
  };
  return {
    connection,
    shards,
    version: v,
    closedBy: gone === undefined ? undefined : String(gone),
  };
}

/** The rooms of a connection's row, with their shards; undefined if these are none. */
function shardsIn(rooms: unknown): Map<string, number> | undefined {
  if (!isObject(rooms)) return undefined;
  const shards = new Map<string, number>();
  for (const [key, value] of Object.entries(rooms)) {
    const [, digits, name] = /^(\d{1,4})(.*)$/s.exec(String(value)) ?? [];
    const room = idOf(key) ?? readJson(name);
    if (digits === undefined || !isText(room) || keyOf(room) !== key) return undefined;
    shards.set(room, Number(digits));
  }
  return shards;
}

/** The connection id of a row with this key; undefined if it is the key of none. */
export function connectionIdOf(item: DynamoItem, key: string): string | undefined {
  const id = idOf(key) ?? readJson(item.id);
  return isText(id) && keyOf(id) === key ? id : undefined;
}

/** Whether a connection is open at a time. */
export function isOpen(row: ConnectionRow, nowMs: number): boolean {
  return row.closedBy === undefined && row.connection.expiresAt > nowMs;
}

/** The attributes of a membership. */
export function memberItem({ connection, version }: ConnectionRow): DynamoItem {
  const { connectionId, user, protocol, expiresAt } = connection;
  const { userId, name } = user;
  return {
    ...(idOf(keyOf(connectionId)) === undefined && { id: JSON.stringify(connectionId) }),
    // Short: a room's rows are read as a whole, and billed by their size.
    who: JSON.stringify(
      protocol === USUAL ? compact(userId, name) : [userId, name ?? null, protocol],
    ),
    leaseEnd: expiresAt,
    ttl: ttlOf(expiresAt),
    v: version,
  };
}

/** Reads a membership; undefined if it is none. */
export function toMember(item: DynamoItem): Member | undefined {
  const who = readJson(item.who);
  const connectionId = connectionIdOf(item, String(item.sk));
  if (!Array.isArray(who) || connectionId === undefined) return undefined;
  const [userId, name, protocol = USUAL]: unknown[] = who;
  if (!isText(userId) || !isProtocol(protocol)) return undefined;
  return { connectionId, userId, ...(isText(name) && { name }), protocol };
}

const compact = (userId: string, name: string | undefined) =>
  name === undefined ? [userId] : [userId, name];

/** The rows of all memberships of a connection. */
export function memberKeysOf({ connection, shards }: ConnectionRow): DynamoKey[] {
  return [...shards].map(([room, shard]) => memberKey(room, shard, connection.connectionId));
}

/** The row of a connection as a whole, in no room. */
export function newConnectionItem(connection: Connection, nowMs: number): DynamoItem & DynamoKey {
  // Versions begin with the time, so that they grow even past a row that was deleted.
  const item = { ...connectionItem(connection), rooms: {}, v: nowMs };
  return { ...connectionKey(connection.connectionId), ...item };
}
