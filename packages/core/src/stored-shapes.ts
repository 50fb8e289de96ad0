import type { Connection, ConnectionProtocol, User } from "./connection-store.ts";
import type { LogEntry } from "./room-log.ts";

/**
 * Shapes of what comes back from a store. Whoever can write to it could have put anything there, and a
 * row may be damaged, so what does not look like ours is not taken for it.
 */
type Json = Readonly<Record<string, unknown>>;

/** Whether a value is an object with named properties. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is a string. */
export function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Whether a value is a whole number from `least` on. (Default: 0) */
export function isWhole(value: unknown, least: number = 0): value is number {
  return Number.isSafeInteger(value) && Number(value) >= least;
}

/** Whether a value is a finite number, such as a time. */
export function isTime(value: unknown): value is number {
  return Number.isFinite(value);
}

/** Whether a value is absent, or has a shape. */
export function isMaybe<T>(
  value: unknown,
  is: (value: unknown) => value is T,
): value is T | undefined {
  return value === undefined || is(value);
}

/** Whether a value is an entry of a log; its seq may be elsewhere, as in its key. */
export function isLogEntry(value: unknown): value is LogEntry {
  if (!isObject(value)) return false;
  const { mid, event, ts, digest, from } = value;
  return isText(mid) && isText(event) && isTime(ts) && isText(digest) && isMaybe(from, isSender);
}

/** Whether a value is a connection. */
export function isConnection(value: unknown): value is Connection {
  if (!isObject(value)) return false;
  const { connectionId, user, protocol, rooms, connectedAt, expiresAt, authExpiresAt } = value;
  const isInRooms = Array.isArray(rooms) && rooms.every(isText);
  const hasTimes = isTime(connectedAt) && isTime(expiresAt) && isMaybe(authExpiresAt, isTime);
  return isText(connectionId) && isUser(user) && isProtocol(protocol) && isInRooms && hasTimes;
}

/** Whether a value is a user. */
export function isUser(value: unknown): value is User {
  return isObject(value) && isText(value.userId) && isMaybe(value.name, isText);
}

/** Whether a value names the protocol of a connection. */
export function isProtocol(value: unknown): value is ConnectionProtocol {
  return value === "hubbub.v1" || value === "plain";
}

/** Reads JSON text; undefined if it is none. */
export function readJson(text: unknown): unknown {
  if (!isText(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isSender(value: unknown): value is { id: string; name?: string } {
  return isObject(value) && isText(value.id) && isMaybe(value.name, isText);
}
