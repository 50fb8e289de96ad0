import { type ByteKey, fromByteKey, indexOfKey, toByteKey } from "./byte-order.ts";
import type { CosBucket, CosObject } from "./cos-bucket.ts";
import { CosError } from "./cos-error.ts";
import type { StaleListing } from "./cos-faults.ts";
import { encodeStrictly } from "./cos-signature.ts";
import { element } from "./cos-xml.ts";

/** A page of a listing. */
interface Page {
  readonly contents: readonly (CosObject & { readonly key: string })[];
  readonly commonPrefixes: readonly string[];
  /** The last entry, if others follow. */
  readonly nextMarker: string | undefined;
}

const MAX_KEYS = 1000;

/**
 * Lists a bucket (436/7734): ascending by the bytes of UTF-8, after the marker, at most 1,000 keys and
 * common prefixes a page.
 *
 * @returns The XML that COS answers.
 */
export function listBucket(
  bucket: CosBucket,
  query: ReadonlyMap<string, string>,
  listing?: StaleListing,
): string {
  const wanted = {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    marker: query.get("marker") ?? "",
    maxKeys: maxKeysOf(query.get("max-keys")),
  };
  const encoding = query.get("encoding-type");
  if (encoding !== undefined && encoding !== "url") throw new CosError("InvalidArgument");
  const text = (value: string) => (encoding ? encodeStrictly(value) : value);
  const page = pageOf(bucket.snapshot(listing), wanted);
  return element("ListBucketResult", [
    element("Name", bucket.name),
    encoding ? element("EncodingType", encoding) : "",
    element("Prefix", text(wanted.prefix)),
    element("Marker", text(wanted.marker)),
    element("MaxKeys", String(wanted.maxKeys)),
    wanted.delimiter && element("Delimiter", text(wanted.delimiter)),
    element("IsTruncated", String(page.nextMarker !== undefined)),
    page.nextMarker === undefined ? "" : element("NextMarker", text(page.nextMarker)),
    ...page.contents.map((object) => contentsOf(object, text(object.key))),
    ...page.commonPrefixes.map((prefix) =>
      element("CommonPrefixes", [element("Prefix", text(prefix))]),
    ),
  ]);
}

function maxKeysOf(value: string | undefined): number {
  if (value === undefined || value === "") return MAX_KEYS;
  if (!/^\d{1,9}$/.test(value)) throw new CosError("InvalidArgument", "max-keys is no number");
  return Math.min(MAX_KEYS, Number(value));
}

function contentsOf({ body, etag, lastModified }: CosObject, key: string): string {
  const owner = element("Owner", [element("ID", OWNER), element("DisplayName", OWNER)]);
  return element("Contents", [
    element("Key", key),
    element("LastModified", new Date(lastModified).toISOString()),
    element("ETag", etag),
    element("Size", String(body.length)),
    owner,
    element("StorageClass", "STANDARD"),
  ]);
}

const OWNER = "1250000000";

interface Wanted {
  prefix: string;
  delimiter: string;
  marker: string;
  maxKeys: number;
}

function pageOf(
  { keys, get }: ReturnType<CosBucket["snapshot"]>,
  { maxKeys, ...wanted }: Wanted,
): Page {
  const prefix = toByteKey(wanted.prefix);
  const marker = toByteKey(wanted.marker);
  const delimiter = toByteKey(wanted.delimiter);
  const contents: Page["contents"][number][] = [];
  const commonPrefixes: string[] = [];
  let last = "";
  let index = Math.max(indexOfKey(keys, prefix), indexOfKey(keys, marker, true));
  for (; index < keys.length; index++) {
    const key = keys[index] as ByteKey;
    if (!key.startsWith(prefix)) break;
    const common = commonPrefixOf(key, prefix, delimiter);
    // What a page before has shown as one entry, and what this one has, is not shown again.
    if (common !== undefined && (common === last || marker.startsWith(common))) continue;
    if (contents.length + commonPrefixes.length >= maxKeys) break;
    last = common ?? key;
    if (common !== undefined) commonPrefixes.push(fromByteKey(common));
    else contents.push({ ...get(key), key: fromByteKey(key) });
  }
  const more = maxKeys > 0 && index < keys.length && keys[index]?.startsWith(prefix);
  return { contents, commonPrefixes, nextMarker: more ? fromByteKey(last) : undefined };
}

/** Up to the delimiter that follows the prefix; undefined if none does. */
function commonPrefixOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === "") return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}
