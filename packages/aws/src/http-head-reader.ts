import { HttpFailure } from "./http-failure.ts";
import { type HttpHead, parseHttpHead } from "./http-head.ts";

/** Reads the heads of one connection's responses, and passes over interim ones such as 103. */
export interface HeadReader {
  /** Takes bytes, one character each; answers a final head once it is whole. */
  push(text: string): HttpHead | undefined;
  /** Answers what came behind the final head, once. */
  takeRest(): string;
  /** Whether bytes of a head have come that is not whole yet. */
  readonly begun: boolean;
}

/**
 * Creates a reader for a connection on which nothing has come yet. `push` throws HttpFailure `protocol`.
 *
 * @param maxBytes How long a head may be, with interim ones before it.
 */
export function createHeadReader(maxBytes: number): HeadReader {
  let rest = "";
  let searched = 0; // how much of `rest` has no end of a head in it
  let interim = 0; // bytes of interim heads

  /** Takes one whole head off `rest`. */
  function next(): HttpHead | undefined {
    const end = rest.indexOf("\r\n\r\n", searched);
    const bytes = end < 0 ? rest.length : end + 4;
    if (interim + bytes > maxBytes) {
      throw new HttpFailure("the head of the response is too large", { kind: "protocol" });
    }
    searched = end < 0 ? Math.max(0, bytes - 3) : 0;
    if (end < 0) return undefined;
    const text = rest.slice(0, bytes);
    rest = rest.slice(bytes);
    return parseHttpHead(text);
  }

  return {
    push(text) {
      rest += text;
      for (let head = next(); head; head = next()) {
        if (head.status === 101) {
          throw new HttpFailure("the server switched protocols", { kind: "protocol" });
        }
        if (head.status >= 200) {
          interim = 0;
          return head;
        }
        interim += head.text.length;
      }
      return undefined;
    },
    takeRest() {
      const taken = rest;
      rest = "";
      return taken;
    },
    get begun() {
      return rest !== "" || interim > 0;
    },
  };
}
