import type { CosObject } from "./cos-bucket.ts";
import { CosError } from "./cos-error.ts";

type Headers = ReadonlyMap<string, string>;

/**
 * Checks the conditions of a GET or a HEAD (436/7753). As in RFC 9110, section 13.2.2, a tag says more than a time.
 *
 * @returns True if the client has the object already.
 * @throws CosError if it is not the object that the client wants.
 */
export function isNotModified({ etag, lastModified }: CosObject, headers: Headers): boolean {
  const match = headers.get("if-match");
  const noneMatch = headers.get("if-none-match");
  const seconds = Math.floor(lastModified / 1000);
  // What is no date is no condition: nothing is later or earlier than NaN.
  const secondsOf = (name: string) => Date.parse(headers.get(name) ?? "") / 1000;
  const isAnother =
    match === undefined ? seconds > secondsOf("if-unmodified-since") : !isOneOf(etag, match);
  if (isAnother) throw new CosError("PreconditionFailed");
  return noneMatch === undefined
    ? seconds <= secondsOf("if-modified-since")
    : isOneOf(etag, noneMatch);
}

/** Whether a tag is in a list of them, with or without quotation marks. */
function isOneOf(etag: string, list: string): boolean {
  const tags = list.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.some((tag) => tag === "*" || tag === etag || `"${tag}"` === etag);
}

/** A part of an object: the first byte, and the one behind the last. */
export interface CosRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the header `Range`: COS knows one range of bytes, no list. What it answers to another header is not
 * documented: an error here, and not the object as a whole.
 *
 * @returns Undefined if there is none.
 * @throws CosError if the object has no such bytes.
 */
export function rangeOf(header: string | undefined, length: number): CosRange | undefined {
  if (header === undefined) return undefined;
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header) ?? [];
  if (first === "" && last === "") {
    throw new CosError("InvalidArgument", "Range must be bytes=first-last");
  }
  const start = first === "" ? Math.max(0, length - Number(last)) : Number(first);
  const end = first === "" || last === "" ? length : Math.min(length, Number(last) + 1);
  if (start >= end) throw new CosError("InvalidRange");
  return { start, end };
}

const OVERRIDES = [
  ...["cache-control", "content-disposition", "content-encoding", "content-language"],
  ...["content-type", "expires"],
];

/** The headers that a URL asks for instead of the object's own: `response-content-type` and the like. */
export function overridesOf(query: ReadonlyMap<string, string>): Record<string, string> {
  const asked = OVERRIDES.flatMap((name) => {
    const value = query.get(`response-${name}`);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(asked);
}
