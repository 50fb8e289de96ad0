import { Buffer } from "node:buffer";

/**
 * A key as a string of its bytes in UTF-8: compared as strings, such keys are in the order that COS
 * lists them in. Strings themselves compare by UTF-16 units, which is another order.
 */
export type ByteKey = string & { readonly bytes: unique symbol };

/** The bytes of a key. */
export function toByteKey(key: string): ByteKey {
  return Buffer.from(key, "utf8").toString("latin1") as ByteKey;
}

/** The key of the bytes. */
export function fromByteKey(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** The index of the first of the sorted keys that is not before `key`; after it, if `after`. */
export function indexOfKey(keys: readonly string[], key: string, after = false): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = keys[middle] ?? "";
    if (candidate < key || (after && candidate === key)) low = middle + 1;
    else high = middle;
  }
  return low;
}
