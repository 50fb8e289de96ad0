import type { Connection, Member } from "@hubbub/core";
import {
  isConnection,
  isMaybe,
  isObject,
  isProtocol,
  isText,
  readJson,
} from "@hubbub/core/adapter";
import { decodeKey } from "@hubbub/core/keys";

/** A connection as the fields of its row. */
export interface RedisConnectionFields {
  readonly connection: string;
  readonly user: string;
  readonly member: string;
}

/** A row as it was found: whatever it holds, by field. */
export type RedisRow = ReadonlyMap<string, string>;

const ROOM = "r:";
const NUMBER = /^[\d.e+-]+$/;

/** Writes what a row holds, as JSON text: what a caller or a reader holds can't change it. */
export function toFields(opened: Connection): RedisConnectionFields {
  const { user, rooms: _rooms, expiresAt: _expiresAt, ...connection } = opened;
  const { connectionId, protocol } = opened;
  const member: Member = { connectionId, userId: user.userId, name: user.name, protocol };
  return {
    connection: JSON.stringify(connection),
    user: JSON.stringify(user),
    member: JSON.stringify(member),
  };
}

/** A row as fields and values in turn, or as an object. */
export function rowOfFields(reply: unknown): RedisRow {
  if (!Array.isArray(reply)) return new Map(Object.entries(reply ?? {}));
  const row = new Map<string, string>();
  for (let index = 0; index + 1 < reply.length; index += 2) {
    row.set(String(reply[index]), String(reply[index + 1]));
  }
  return row;
}

/** Reads a row, without rooms whose names can't be read; undefined if it is not what was stored. */
export function toConnection(connectionId: string, row: RedisRow): Connection | undefined {
  const fixed = readJson(row.get("c"));
  const lease = row.get("e") ?? "";
  if (!isObject(fixed) || fixed.connectionId !== connectionId || !NUMBER.test(lease)) {
    return undefined;
  }
  if (!row.has("k") || toMember(row.get("m"))?.connectionId !== connectionId) return undefined;
  const rooms = roomKeys(row).flatMap((key) => idOf(key) ?? []);
  const user = readJson(row.get("u"));
  const connection = { ...fixed, user, rooms, expiresAt: Number(lease) };
  return isConnection(connection) ? connection : undefined;
}

/** Whether the names of a row's rooms can all be read. */
export function hasRooms(row: RedisRow): boolean {
  return roomKeys(row).every((key) => idOf(key) !== undefined);
}

/** Reads a member; undefined if it is none. */
export function toMember(json: string | undefined): Member | undefined {
  const member = readJson(json);
  return isMember(member) ? member : undefined;
}

/** The string that a key stands for; undefined if it is no key of ours. */
export function idOf(key: string): string | undefined {
  try {
    return decodeKey(key);
  } catch {
    return undefined;
  }
}

function roomKeys(row: RedisRow): string[] {
  const fields = [...row.keys()].filter((field) => field.startsWith(ROOM));
  return fields.map((field) => field.slice(ROOM.length));
}

function isMember(value: unknown): value is Member {
  if (!isObject(value)) return false;
  const { connectionId, userId, name, protocol } = value;
  return isText(connectionId) && isText(userId) && isMaybe(name, isText) && isProtocol(protocol);
}
