/** What rides along with a message, by name. */
export type Metadata = Readonly<Record<string, string>>;

const PREFIX = "x-webpubsub-metadata-";
const KEY = /^[!#$%&'*+\-.^_`|~0-9a-z]{1,256}$/i;
const VALUE = /^[\t\x20-\x7e]{0,1024}$/; // What a header can hold.
const MAX_CHARS = 8 * 1024;

/** True for what can be metadata: names and texts in ASCII, no more than 8 KB together. */
export function isMetadata(value: unknown): value is Metadata {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const entries: [string, unknown][] = Object.entries(value);
  const areGood = entries.every(
    ([key, text]) => KEY.test(key) && typeof text === "string" && VALUE.test(text),
  );
  return areGood && entries.flat().join("").length <= MAX_CHARS;
}

/**
 * Reads metadata from headers, whose names are in lower case. Of several values the last counts.
 *
 * @returns Undefined if there is none.
 */
export function readMetadata(headers: Iterable<readonly [string, unknown]>): Metadata | undefined {
  const found = [...headers].flatMap(([name, value]) => {
    const key = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : "";
    return key === "" ? [] : [[key, String(value).split(",").at(-1)?.trim() ?? ""] as const];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

/** Writes metadata as headers. */
export function metadataHeaders(metadata: Metadata = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([key, text]) => [PREFIX + key, text]));
}
