import { syntaxError } from "./filter-error.ts";

/** A word, a literal or a sign of a filter. */
export type FilterToken = TokenValue & {
  /** Where it ends in the filter. */
  end: number;
};

type TokenValue =
  | { type: "word"; text: string }
  | { type: "text"; value: string }
  | { type: "number"; value: number }
  | { type: "sign"; text: "(" | ")" | "," };

const TOKEN = /\s*(?:([A-Za-z_]\w*)|'((?:[^']|'')*)'|(-?\d+)(?!\w)|([(),]))/y;

/**
 * Splits a filter into its tokens.
 *
 * @throws FilterError at what is none.
 */
export function readFilterTokens(filter: string): FilterToken[] {
  const tokens: FilterToken[] = [];
  const end = filter.trimEnd().length;
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex;
    const match = pattern.exec(filter);
    if (!match) throw syntaxError(at, filter);
    tokens.push({ ...tokenOf(match), end: pattern.lastIndex });
  }
  return tokens;
}

function tokenOf([, word, text, number, sign]: RegExpExecArray): TokenValue {
  if (word !== undefined) return { type: "word", text: word };
  if (text !== undefined) return { type: "text", value: text.replaceAll("''", "'") };
  if (number !== undefined) return { type: "number", value: Number(number) };
  return { type: "sign", text: sign === "(" ? "(" : sign === ")" ? ")" : "," };
}
