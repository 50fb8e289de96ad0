import type { Connection, LogEntry, Member, User } from "@hubbub/core";

/**
 * Shapes of what comes back from a store. Whoever can write to it could have put anything there, and a row
 * may be damaged, so what does not look like ours is not taken for it.
 */
type Json = Readonly<Record<string, unknown>>;

/** Whether a value is an object with named properties. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isText = (value: unknown): value is string => typeof value === "string";
const isTime = (value: unknown): value is number => Number.isFinite(value);
const isMaybe = (value: unknown, is: (value: unknown) => boolean) =>
  value === undefined || is(value);

/** Whether a value is an entry of a log. */
export function isLogEntry(value: unknown): value is LogEntry {
  if (!isObject(value)) return false;
  const { mid, event, ts, digest, from } = value;
  const isSender = (sender: unknown) =>
    isObject(sender) && isText(sender.id) && isMaybe(sender.name, isText);
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

/** Whether a value says that a connection is closed. */
export function isClosing(value: unknown): value is { by: string; until: number } {
  return isObject(value) && isText(value.by) && isTime(value.until);
}

/** Whether a value is a member, whose id may be in its key instead. */
export function isMember(
  value: unknown,
): value is Omit<Member, "connectionId"> & { readonly id?: string } {
  if (!isObject(value)) return false;
  const { id, userId, name, protocol } = value;
  return isMaybe(id, isText) && isText(userId) && isMaybe(name, isText) && isProtocol(protocol);
}

function isUser(value: unknown): value is User {
  return isObject(value) && isText(value.userId) && isMaybe(value.name, isText);
}

function isProtocol(value: unknown): value is Connection["protocol"] {
  return value === "hubbub.v1" || value === "plain";
}
