import { createHash } from "node:crypto";
import { isText } from "@hubbub/core/adapter";
import { decodeKey, encodeKey } from "@hubbub/core/keys";

const MAX_NAME_CHARS = 128; // Three of them, the prefix and a member's data share the 850 bytes of a key.
const HASHED = "."; // No encoded key has a dot.
const HASH = /^\.[\w-]{43}$/;
const DIGITS = 16; // All safe integers.

/**
 * Any string as a part of a key: encoded, or, beyond 128 characters, the SHA-256 of it. Two strings have
 * the same key only if somebody finds a collision of SHA-256.
 */
export function keyOf(id: string): string {
  const key = encodeKey(id);
  if (key.length <= MAX_NAME_CHARS) return key;
  // JSON escapes lone surrogates, which UTF-8 would make one and the same.
  return HASHED + createHash("sha256").update(JSON.stringify(id)).digest("base64url");
}

/** The string that a key stands for; undefined if only its hash is in the key, or if it is no key. */
export function idOf(key: string): string | undefined {
  if (key.startsWith(HASHED)) return undefined;
  try {
    return decodeKey(key);
  } catch {
    return undefined; // Somebody else's object.
  }
}

/** Whether a key is the hash of a string. */
export function isHash(key: string): boolean {
  return HASH.test(key);
}

/**
 * The string that a key stands for.
 *
 * @param beside Where only its hash is in the key: what is said to be the string.
 * @returns Undefined if it is the key of neither.
 */
export function idBeside(key: string, beside: unknown): string | undefined {
  const id = idOf(key) ?? beside;
  return isText(id) && keyOf(id) === key ? id : undefined;
}

/** A number so that greater ones come first: COS lists in ascending order only. */
export function newestFirst(number: number): string {
  return String(Number.MAX_SAFE_INTEGER - number).padStart(DIGITS, "0");
}

/** The number that {@link newestFirst} wrote; undefined if it is none, or one that nobody counts to. */
export function numberIn(digits: string): number | undefined {
  const number = /^9\d{15}$/.test(digits) ? Number.MAX_SAFE_INTEGER - Number(digits) : 0;
  return number >= 1 ? number : undefined;
}

/** The keys of everything under a prefix. */
export interface CosKeys {
  /** All versions of a connection's state. */
  versions(connectionId: string): string;
  version(connectionId: string, version: number): string;
  /** All members of all rooms. */
  readonly members: string;
  /** All members of a room. */
  room(room: string): string;
  /** All connections of a user. */
  user(userId: string): string;
  userConnection(userId: string, connectionId: string): string;
  /** A room's log: its epoch, where it begins, its slots. */
  log(room: string): string;
  epoch(room: string): string;
  floor(room: string, floor: number): string;
  slot(room: string, seq: number): string;
}

/** Creates the keys. */
export function createCosKeys(prefix: string): CosKeys {
  const versions = (connectionId: string) => `${prefix}c/${keyOf(connectionId)}/`;
  const members = `${prefix}m/`;
  const user = (userId: string) => `${prefix}u/${keyOf(userId)}/`;
  const log = (room: string) => `${prefix}l/${keyOf(room)}/`;
  return {
    versions,
    version: (connectionId, version) => versions(connectionId) + newestFirst(version),
    members,
    room: (room) => `${members}${keyOf(room)}/`,
    user,
    userConnection: (userId, connectionId) => user(userId) + keyOf(connectionId),
    log,
    epoch: (room) => `${log(room)}e`,
    floor: (room, floor) => `${log(room)}f${newestFirst(floor)}`,
    slot: (room, seq) => `${log(room)}s${newestFirst(seq)}`,
  };
}
