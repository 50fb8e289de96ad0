import {
  isMaybe,
  isObject,
  isProtocol,
  isText,
  isTime,
  isUser,
  isWhole,
  readJson,
} from "@hubbub/core/adapter";
import { type CosConnectionRow, idInRow } from "./cos-connection-row.ts";
import type { CosKeys } from "./cos-keys.ts";
import { isMemberKeyOf } from "./cos-member-keys.ts";

/** Where a state was found. */
interface Place {
  readonly keys: CosKeys;
  readonly connectionId: string;
  readonly version: number;
}

/** Reads a connection's state; undefined if it is none of this connection and version. */
export function readRow(text: string, place: Place): CosConnectionRow | undefined {
  const value = readJson(text);
  return isRow(value, place) ? value : undefined;
}

function isRow(value: unknown, { keys, connectionId, version }: Place): value is CosConnectionRow {
  if (!isObject(value)) return false;
  const { id, expiresAt, authExpiresAt, rooms, closed, dropped = [] } = value;
  if (id !== idInRow(connectionId).id || !isWho(value)) return false;
  if (!isTime(expiresAt) || !isMaybe(authExpiresAt, isTime)) return false;
  if (closed !== undefined && closed !== true) return false;
  const isPlaced = Array.isArray(rooms) && rooms.every((room) => isPlace(room, version));
  // They are deleted: nothing but what was put for this connection.
  const isOwn = (key: unknown) => isText(key) && isMemberKeyOf(keys, connectionId, key);
  return isPlaced && Array.isArray(dropped) && dropped.every(isOwn);
}

/** Whether a state tells whose connection it is; of one that was closed before it was opened nobody knows. */
function isWho({
  user,
  protocol,
  connectedAt,
  closed,
}: Readonly<Record<string, unknown>>): boolean {
  const nobody = user === undefined && protocol === undefined && connectedAt === undefined;
  return nobody ? closed === true : isUser(user) && isProtocol(protocol) && isTime(connectedAt);
}

function isPlace(value: unknown, version: number): boolean {
  if (!Array.isArray(value)) return false;
  const [room, placedAt]: unknown[] = value;
  return isText(room) && isWhole(placedAt, 1) && placedAt <= version;
}
