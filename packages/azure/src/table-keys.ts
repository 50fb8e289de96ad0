import { createHash } from "node:crypto";
import { decodeKey, encodeKey } from "@hubbub/core/keys";

/** The primary key of a row. */
export interface TableKey {
  readonly partitionKey: string;
  readonly rowKey: string;
}

const MAX_KEY_CHARS = 200; // A key has at most 1 KiB, 512 UTF-16 code units, and two such parts meet in one.
const HASHED = "."; // No encoded key has a dot; Table Storage forbids `/`, `\`, `#`, `?` and control characters.

/**
 * Any string as a part of a key: encoded, or, beyond 200 characters, the SHA-256 of it. Two strings have
 * the same key only if somebody finds a collision of SHA-256.
 */
export function keyOf(id: string): string {
  const key = encodeKey(id);
  if (key.length <= MAX_KEY_CHARS) return key;
  // JSON escapes lone surrogates, which UTF-8 would make one and the same.
  return HASHED + createHash("sha256").update(JSON.stringify(id)).digest("base64url");
}

/** The string that a key stands for; undefined if only its hash is in the key, or if it is no key of ours. */
export function idOf(key: string): string | undefined {
  try {
    return decodeKey(key);
  } catch {
    return undefined;
  }
}

/** The filter for the rows of a partition whose row keys are in a range; keys have no quotes. */
export function rowsBetween(partitionKey: string, from: string, below: string): string {
  return `PartitionKey eq '${partitionKey}' and RowKey ge '${from}' and RowKey lt '${below}'`;
}

/** The filter for the rows of a partition after a row key, which may be gone, or none of ours. */
export function rowsAfter(partitionKey: string, after: string): string {
  return `PartitionKey eq '${partitionKey}' and RowKey gt '${after.replaceAll("'", "''")}'`;
}
