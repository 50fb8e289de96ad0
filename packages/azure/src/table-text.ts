import { InvalidArgumentError } from "@hubbub/core";

const MAX_UNITS = 32_000; // A property has at most 64 KiB, that is 32 Ki UTF-16 code units.
const MAX_PARTS = 15; // A row has at most 1 MiB.

/** The properties that hold a text: `t0`, `t1`, … */
export type TextProperties = Record<string, string>;

/** The names of all properties that a text may take. */
export const TEXT_PROPERTIES: readonly string[] = Array.from(
  { length: MAX_PARTS },
  (_, part) => `t${part}`,
);

/**
 * Splits a text over as many properties as it needs.
 *
 * @throws InvalidArgumentError if it is too long for a row.
 */
export function writeText(text: string): TextProperties {
  const properties: TextProperties = {};
  let start = 0;
  for (const name of TEXT_PROPERTIES) {
    let end = Math.min(start + MAX_UNITS, text.length);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end--; // UTF-8 loses a half.
    properties[name] = text.slice(start, end);
    start = end;
    if (start >= text.length) return properties;
  }
  throw new InvalidArgumentError(
    `Table Storage stores at most 1 MiB in a row, got ${text.length} characters`,
  );
}

/** Reads the text back. */
export function readText(row: Readonly<Record<string, unknown>>): string {
  return TEXT_PROPERTIES.map((name) => row[name] ?? "").join("");
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
