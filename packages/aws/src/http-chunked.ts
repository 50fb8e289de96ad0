import { HttpFailure } from "./http-failure.ts";

/** Reads a chunked body as it comes. */
export interface ChunkedReader {
  /** Takes bytes, one character each. Answers what follows the body once it is whole. */
  push(text: string): string | undefined;
  /** The body so far. */
  readonly body: string;
}

const SIZE_LINE = /^([0-9A-Fa-f]{1,8})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/;
const TRAILER = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*$/;
const MAX_LINE = 1024;
const MAX_TRAILERS = 32;

/**
 * Creates a reader for one body. `push` throws HttpFailure `protocol` for what is malformed or too large.
 *
 * @param maxBytes How long the body may be.
 */
export function createChunkedReader(maxBytes: number): ChunkedReader {
  let body = "";
  let rest = "";
  let trailers = 0;
  let state: "size" | "data" | "data-end" | "trailer" | "done" = "size";
  let left = 0; // bytes of the chunk that are still to come

  function line(): string | undefined {
    const end = rest.indexOf("\r\n");
    if (end > MAX_LINE || (end < 0 && rest.length > MAX_LINE)) throw malformed();
    if (end < 0) return undefined;
    const found = rest.slice(0, end);
    rest = rest.slice(end + 2);
    return found;
  }

  function readSize(): boolean {
    const found = line();
    if (found === undefined) return false;
    const size = SIZE_LINE.exec(found)?.[1];
    if (size === undefined) throw malformed();
    left = Number.parseInt(size, 16);
    if (body.length + left > maxBytes)
      throw new HttpFailure("the body is too large", { kind: "protocol" });
    state = left === 0 ? "trailer" : "data";
    return true;
  }

  function readData(): boolean {
    const before = body.length;
    body += rest.slice(0, left);
    rest = rest.slice(body.length - before);
    left -= body.length - before;
    if (left === 0) state = "data-end";
    return left === 0;
  }

  function readDataEnd(): boolean {
    if (rest.length < 2) return false;
    if (!rest.startsWith("\r\n")) throw malformed();
    rest = rest.slice(2);
    state = "size";
    return true;
  }

  function readTrailer(): boolean {
    const found = line();
    if (found === undefined) return false;
    if (found !== "" && (++trailers > MAX_TRAILERS || !TRAILER.test(found))) throw malformed();
    state = found === "" ? "done" : "trailer";
    return true;
  }

  const data = { data: readData, "data-end": readDataEnd };
  const steps = { ...data, size: readSize, trailer: readTrailer, done: () => false };

  return {
    push(text) {
      rest += text;
      while (steps[state]());
      return state === "done" ? rest : undefined;
    },
    get body() {
      return body;
    },
  };
}

function malformed(): HttpFailure {
  return new HttpFailure("the chunked body is malformed", { kind: "protocol" });
}
