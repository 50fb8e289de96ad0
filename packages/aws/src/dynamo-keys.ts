import { createHash } from "node:crypto";
import { decodeKey, encodeKey } from "@hubbub/core/keys";

/** The primary key of a row. */
export interface DynamoKey {
  readonly pk: string;
  readonly sk: string;
}

const MAX_KEY_CHARS = 256; // A sort key has at most 1,024 bytes, a partition key 2,048.
const HASHED = "."; // No encoded key has a dot.

/** The sort key of a row that is alone in its partition. */
const ALONE = "C";

/** Sorts before every connection's key: the first page of a room's first shard brings its settings. */
export const ROOM_SETTINGS = "!";

/** Sorts after every slot: one descending query brings the log's state and its newest slot. */
export const LOG_STATE = "~";

/**
 * Any string as a part of a key: encoded, or, beyond 256 characters, the SHA-256 of it. Two strings have
 * the same key only if somebody finds a collision of SHA-256.
 */
export function keyOf(id: string): string {
  const key = encodeKey(id);
  if (key.length <= MAX_KEY_CHARS) return key;
  // JSON escapes lone surrogates, which UTF-8 would make one and the same.
  return HASHED + createHash("sha256").update(JSON.stringify(id)).digest("base64url");
}

/** The string that a key stands for; undefined if only its hash is in the key, or it is no key of ours. */
export function idOf(key: string): string | undefined {
  try {
    return decodeKey(key);
  } catch {
    return undefined;
  }
}

/** The row of a connection, or of the tombstone that it left. */
export function connectionKey(connectionId: string): DynamoKey {
  return { pk: `C#${keyOf(connectionId)}`, sk: ALONE };
}

/** The string that follows the kind of a partition key. */
export function nameInKey(pk: string): string {
  return pk.slice(pk.indexOf("#") + 1);
}

/** The partition with a part of a room's members. */
export function memberPartition(room: string, shard: number): string {
  return `R#${keyOf(room)}#${shard}`;
}

/** The row of one member. */
export function memberKey(room: string, shard: number, connectionId: string): DynamoKey {
  return { pk: memberPartition(room, shard), sk: keyOf(connectionId) };
}

/** The partition with a room's log. */
export function logPartition(room: string): string {
  return `L#${keyOf(room)}`;
}

/** Which of `shards` partitions has a connection's membership. */
export function shardOf(connectionId: string, shards: number): number {
  if (shards <= 1) return 0;
  const hash = createHash("sha256").update(keyOf(connectionId)).digest();
  return hash.readUInt32BE(0) % shards;
}
