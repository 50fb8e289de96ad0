import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { CosError } from "./cos-error.ts";
import type { CosAction } from "./cos-faults.ts";
import { actionOf } from "./cos-scope.ts";
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

const MAX_KEY_BYTES = 850;
const LIKE_A_BUCKET = /^[a-z0-9-]+-1\d{9}$/; // APPIDs look so.

/**
 * Takes a request apart. The bucket is named by the host (`<bucket>.cos.<region>.myqcloud.com`, or
 * `<bucket>.` and any other host), by the path (`/<bucket>/<key>`), or it is the only one.
 *
 * @param isSigned Whether a request is known to be signed so.
 * @throws CosError if it is none that is known.
 */
export function parseCosRequest(
  { method = "", url = "", headers: given }: IncomingMessage,
  body: Buffer,
  bucketNames: readonly string[],
  isSigned: (request: CosSignedRequest) => boolean,
): CosHttpRequest {
  const at = url.indexOf("?");
  const path = decode(at < 0 ? url : url.slice(0, at));
  const query = queryOf(at < 0 ? "" : url.slice(at + 1));
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) headers.set(name, [value].flat().join(","));
  const signedAs = (signedPath: string) => ({ method, path: signedPath, query, headers });
  const { bucket, key } = placeOf(path, headers.get("host") ?? "", bucketNames, () =>
    isSigned(signedAs(path)),
  );
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new CosError("KeyTooLong");
  const action = actionOf(method, key, query, headers);
  checkDigests(action, headers, body);
  const signed = [...new Set([`/${key}`, path])].map(signedAs);
  return { method, action, bucket, key, query, headers, body, signed };
}

function placeOf(
  path: string,
  host: string,
  bucketNames: readonly string[],
  isSignedAsKey: () => boolean,
): { bucket: string; key: string } {
  const ofHost = /^([a-z0-9-]+-\d+)\./.exec(host)?.[1];
  if (ofHost !== undefined) return { bucket: ofHost, key: path.slice(1) };
  const [, first = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  if (bucketNames.includes(first)) return { bucket: first, key };
  const [only, ...others] = bucketNames;
  // With one bucket, all else is a key, unless somebody misspelt the bucket: the SDK signs a key alone.
  if (only !== undefined && others.length === 0) {
    if (!LIKE_A_BUCKET.test(first) || isSignedAsKey()) return { bucket: only, key: path.slice(1) };
  }
  return { bucket: first, key };
}

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

function checkDigests(action: CosAction, headers: ReadonlyMap<string, string>, body: Buffer): void {
  const md5 = headers.get("content-md5");
  const sha1 = headers.get("x-cos-content-sha1");
  const digestOf = (algorithm: string) => createHash(algorithm).update(body);
  if (md5 === undefined && action === "DeleteMultipleObjects") {
    const message = "Missing required header for this request: Content-MD5";
    throw new CosError("InvalidRequest", message);
  }
  if (md5 !== undefined) {
    if (Buffer.from(md5, "base64").length !== 16) throw new CosError("InvalidDigest");
    if (digestOf("md5").digest("base64") !== md5) throw new CosError("BadDigest");
  }
  if (sha1 !== undefined && digestOf("sha1").digest("hex") !== sha1.toLowerCase()) {
    throw new CosError("BadDigest", "The x-cos-content-sha1 is not that of the body.");
  }
}
