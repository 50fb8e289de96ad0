import { InvalidArgumentError } from "./errors.ts";

const ESCAPED = /[^A-Za-z0-9-]/gu; // With the flag u: code points, and surrogates that are alone.
const ESCAPE = /_([0-9a-f]+)_/g;
const EMPTY = "_"; // Some backends refuse an empty key, and a path would lose it.
const MAX_CODE_POINT = 0x10ffff;

/**
 * Writes any string as a key that every backend takes and that no other string has. Letters, digits and
 * `-` stay themselves; every other code point becomes `_`, its lower-case hexadecimal digits and `_`
 * (`a/b` is `a_2f_b`); the empty string is `_`. Lone surrogates are told apart, and nothing is
 * normalised. Joined with a separator outside of `[A-Za-z0-9_-]`, keys stay apart as well. They differ
 * by case: a backend that ignores case needs another encoding.
 *
 * @param id Any string.
 * @returns 1 or more characters of `[A-Za-z0-9_-]`: at most 6 for each UTF-16 code unit of `id`.
 */
export function encodeKey(id: string): string {
  if (id === "") return EMPTY;
  return id.replace(ESCAPED, (char) => `_${char.codePointAt(0)?.toString(16)}_`);
}

/**
 * Reads the string back that {@link encodeKey} was given.
 *
 * @param key What `encodeKey` returned.
 * @returns The string.
 * @throws InvalidArgumentError if it is nothing that `encodeKey` returns.
 */
export function decodeKey(key: string): string {
  if (key === EMPTY) return "";
  const id = key.replace(ESCAPE, (_, digits: string) => {
    const codePoint = Number.parseInt(digits, 16);
    if (codePoint > MAX_CODE_POINT) throw noKey(key);
    return String.fromCodePoint(codePoint);
  });
  // A character or a `_` that is not escaped, a letter that is, a zero in front, the halves of a pair.
  if (encodeKey(id) !== key) throw noKey(key);
  return id;
}

function noKey(key: string): InvalidArgumentError {
  return new InvalidArgumentError(`key must be what encodeKey returns, got "${key.slice(0, 64)}"`);
}
