import { FilterError, syntaxError } from "./filter-error.ts";
import { type FilterToken, readFilterTokens } from "./filter-tokens.ts";

/** A place in a filter's tokens that moves forward. */
export interface FilterCursor {
  /** Takes the next token, whatever it is. */
  take(): FilterToken | undefined;
  /** Takes the next token if it is this sign. */
  takeSign(text: string): boolean;
  /** @throws FilterError if the next token is not this sign. */
  expectSign(text: string): void;
  /** Takes the next token if it is one of these words. */
  takeWord(isWanted: (word: string) => boolean): string | undefined;
  /**
   * Goes one level deeper for a part of the filter.
   *
   * @throws FilterError if that is too deep.
   */
  nested<Part>(parse: () => Part): Part;
  /** @throws FilterError if there is a token left. */
  expectEnd(): void;
}

const MAX_DEPTH = 100;

/**
 * Creates a cursor at the beginning of a filter.
 *
 * @throws FilterError at what is no token.
 */
export function createFilterCursor(filter: string): FilterCursor {
  const tokens = readFilterTokens(filter);
  let at = 0;
  let depth = 0;

  function takeSign(text: string): boolean {
    const token = tokens[at];
    const found = token?.type === "sign" && token.text === text;
    if (found) at += 1;
    return found;
  }

  return {
    take: () => tokens[at++],
    takeSign,
    expectSign(text) {
      if (!takeSign(text)) throw new FilterError(`the filter lacks a ${text}`);
    },
    takeWord(isWanted) {
      const token = tokens[at];
      if (token?.type !== "word" || !isWanted(token.text)) return undefined;
      at += 1;
      return token.text;
    },
    nested(parse) {
      depth += 1;
      if (depth > MAX_DEPTH) throw new FilterError("the filter is nested too deep");
      const part = parse();
      depth -= 1;
      return part;
    },
    expectEnd() {
      const token = tokens[at];
      if (token) throw syntaxError(token.end, filter);
    },
  };
}
