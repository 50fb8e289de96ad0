import { HttpFailure } from "./http-failure.ts";

/** How a body ends: after so many bytes, with its last chunk, or with the connection. */
type BodyFraming = number | "chunked" | "close";

/** A response without its body. */
export interface HttpHead {
  readonly status: number;
  readonly framing: BodyFraming;
  /** Whether the server takes another request on this connection. */
  readonly keepAlive: boolean;
  /** The head as it came, one character a byte, up to and with the empty line. */
  readonly text: string;
  /** The same in lower case. */
  readonly lower: string;
}

// One pass over the whole head: no bare CR or LF, no folded line, no blank before a colon.
const HEAD =
  /^HTTP\/1\.[01] [1-9]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n$/;
const DIGITS = /^\d{1,15}$/;

/**
 * Takes a response's head apart, strictly: what two readers could read differently is refused.
 *
 * @param text The head, one character a byte, up to and with the empty line.
 * @throws HttpFailure `protocol`.
 */
export function parseHttpHead(text: string): HttpHead {
  if (!HEAD.test(text)) throw malformed("is malformed");
  const status = Number(text.slice(9, 12));
  const lower = text.toLowerCase();
  const framing = framingOf(status, lower);
  const closes = /(?:^|[\t ,])close(?:$|[\t ,])/.test(fieldOf(lower, lower, "connection") ?? "");
  const keepAlive = framing !== "close" && text[7] === "1" && !closes;
  return { status, framing, keepAlive, text, lower };
}

/** The value of a header, by its name in lower case; undefined if there is none. */
export function headerOf({ text, lower }: HttpHead, name: string): string | undefined {
  return fieldOf(text, lower, name);
}

function framingOf(status: number, lower: string): BodyFraming {
  if (status < 200 || status === 204 || status === 304) return 0;
  const coding = fieldOf(lower, lower, "transfer-encoding");
  const length = fieldOf(lower, lower, "content-length");
  if (coding !== undefined) {
    if (coding !== "chunked" || length !== undefined || lower[7] === "0") {
      throw malformed("has an ambiguous length");
    }
    return "chunked";
  }
  if (length === undefined) return "close";
  if (!DIGITS.test(length)) throw malformed("has a malformed content-length");
  return Number(length);
}

function fieldOf(text: string, lower: string, name: string): string | undefined {
  const line = `\r\n${name}:`;
  const start = lower.indexOf(line);
  if (start < 0) return undefined;
  if (lower.includes(line, start + line.length)) throw malformed(`has two ${name} headers`);
  return text.slice(start + line.length, text.indexOf("\r\n", start + 2)).trim();
}

function malformed(what: string): HttpFailure {
  return new HttpFailure(`the head of the response ${what}`, { kind: "protocol" });
}
