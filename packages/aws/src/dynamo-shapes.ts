import type { ConnectionProtocol, LogEntry, User } from "@hubbub/core";

/**
 * Shapes of what comes back from the table. Whoever can write to it could have put anything there, and a
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

/** Whether a value is a whole number from `least` on. */
export function isWhole(value: unknown, least: number = 0): value is number {
  return Number.isSafeInteger(value) && Number(value) >= least;
}

/** Whether a value is a number, such as a time. */
export function isTime(value: unknown): value is number {
  return Number.isFinite(value);
}

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
