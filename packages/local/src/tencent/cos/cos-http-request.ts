import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { CosError } from "./cos-error.ts";
import type { CosAction } from "./cos-faults.ts";
import type { CosSignedRequest } from "./cos-signature.ts";

/** A request to COS, taken apart. */
export interface CosHttpRequest {
  readonly method: string;
  readonly action: CosAction;
  readonly bucket: string;
  /** Empty for what concerns the bucket as a whole. */
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** What the signature may cover: the path without, and as it came, with the bucket's name. */
  readonly signed: readonly CosSignedRequest[];
}

const SUBRESOURCES = ["versioning", "delete"];
const IGNORED = /^(q-|sign$|x-cos-security-token$|prefix$|marker$|max-keys$|delimiter$)/;
const MAX_KEY_BYTES = 850;

/**
 * Takes a request apart. The bucket is named by the host (`<bucket>.cos.<region>.myqcloud.com`, or
 * `<bucket>.` and any other host), by the path (`/<bucket>/<key>`), or it is the only one.
 *
 * @throws CosError if it is none that is known.
 */
export function parseCosRequest(
  { method = "", url = "", headers: given }: IncomingMessage,
  body: Buffer,
  bucketNames: readonly string[],
): CosHttpRequest {
  const at = url.indexOf("?");
  const path = decode(at < 0 ? url : url.slice(0, at));
  const query = queryOf(at < 0 ? "" : url.slice(at + 1));
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) headers.set(name, [value].flat().join(","));
  const { bucket, key } = placeOf(path, headers.get("host") ?? "", bucketNames);
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new CosError("KeyTooLong");
  checkDigest(headers.get("content-md5"), body);
  const paths = new Set([`/${key}`, path]);
  const signed = [...paths].map((signedPath) => ({ method, path: signedPath, query, headers }));
  return {
    method,
    action: actionOf(method, key, query),
    bucket,
    key,
    query,
    headers,
    body,
    signed,
  };
}

function placeOf(
  path: string,
  host: string,
  bucketNames: readonly string[],
): { bucket: string; key: string } {
  const ofHost = /^([a-z0-9-]+-\d+)\./.exec(host)?.[1];
  if (ofHost !== undefined) return { bucket: ofHost, key: path.slice(1) };
  const [, first = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  if (bucketNames.includes(first)) return { bucket: first, key };
  const [only, ...others] = bucketNames;
  // With one bucket, what looks like no bucket's name is a key; with several, somebody misspelt one.
  if (only !== undefined && others.length === 0 && !/-\d{5,}$/.test(first)) {
    return { bucket: only, key: path.slice(1) };
  }
  return { bucket: first, key };
}

function actionOf(method: string, key: string, query: ReadonlyMap<string, string>): CosAction {
  const sub = SUBRESOURCES.find((name) => query.has(name)) ?? "";
  const unknown = [...query.keys()].find(
    (name) => name !== sub && !IGNORED.test(name) && name !== "encoding-type",
  );
  if (unknown !== undefined) throw new CosError("NotImplemented", `no parameter ${unknown} here`);
  const action = ACTIONS[`${method} ${key === "" ? "bucket" : "object"}${sub && ` ${sub}`}`];
  if (!action) throw new CosError("MethodNotAllowed");
  return action;
}

const ACTIONS: Readonly<Record<string, CosAction>> = {
  "PUT object": "PutObject",
  "GET object": "GetObject",
  "HEAD object": "HeadObject",
  "DELETE object": "DeleteObject",
  "GET bucket": "GetBucket",
  "HEAD bucket": "HeadBucket",
  "POST bucket delete": "DeleteMultipleObjects",
  "GET bucket versioning": "GetBucketVersioning",
  "PUT bucket versioning": "PutBucketVersioning",
};

function queryOf(text: string): Map<string, string> {
  const pairs = text.split("&").filter(Boolean);
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
      return [decode(name), decode(value)];
    }),
  );
}

function decode(text: string): string {
  const decoded = tryToDecode(text);
  if (decoded === undefined) throw new CosError("InvalidURI");
  return decoded;
}

function tryToDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function checkDigest(given: string | undefined, body: Buffer): void {
  if (given === undefined) return;
  if (Buffer.from(given, "base64").length !== 16) throw new CosError("InvalidDigest");
  if (createHash("md5").update(body).digest("base64") !== given) throw new CosError("BadDigest");
}
