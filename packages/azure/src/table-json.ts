import { InvalidArgumentError } from "@hubbub/core";
import { readJson as parse } from "@hubbub/core/adapter";

const MAX_UNITS = 32_000; // A property has at most 64 KiB, that is 32 Ki UTF-16 code units.
const MAX_PARTS = 15; // A row has at most 1 MiB.

/** Control characters, line separators and noncharacters: what a parser on the way may not take in a line. */
const UNUSUAL = /[\u007f-\u009f\u2028\u2029\ufffe\uffff]/g;

/** The names of all properties that a value may take: `t0`, `t1`, … */
export const JSON_PROPERTIES: readonly string[] = Array.from(
  { length: MAX_PARTS },
  (_, part) => `t${part}`,
);

/**
 * Writes a value as JSON text, which also carries what UTF-8 can't, over as many properties as it needs.
 *
 * @throws InvalidArgumentError if it is too long for a row.
 */
export function writeJson(value: unknown): Record<string, string> {
  const text = JSON.stringify(value).replace(
    UNUSUAL,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const properties: Record<string, string> = {};
  let start = 0;
  for (const name of JSON_PROPERTIES) {
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

/** Reads the value back; undefined if it is none. */
export function readJson(row: Readonly<Record<string, unknown>>): unknown {
  return parse(JSON_PROPERTIES.map((name) => row[name] ?? "").join(""));
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
