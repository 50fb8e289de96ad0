import { createHmac, hash } from "node:crypto";
import { createHmacSha256 } from "./sign-v4-hmac.ts";

/** What signs a request, and for whom it speaks. */
export interface SigningKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Headers in the form in which they are signed. */
export interface CanonicalHeaders {
  /** A line `name:value` for each header, sorted by name. */
  readonly lines: string;
  /** The names, joined by `;`. */
  readonly names: string;
}

/** A request without a query, as far as its signature covers it. */
interface SignableRequest {
  readonly method: string;
  /** The path as {@link signedPath} writes it. */
  readonly signedPath: string;
  /** With `host`, `x-amz-date` and, if there is a session token, `x-amz-security-token`. */
  readonly headers: CanonicalHeaders;
  /** SHA-256 of the body, in hexadecimal. */
  readonly bodyHash: string;
  /** The value of `x-amz-date`. */
  readonly amzDate: string;
}

/** Signs requests to one service in one region with Signature Version 4. */
export interface V4Signer {
  /** Answers the value of the `authorization` header. */
  sign(keys: SigningKeys, request: SignableRequest): string;
}

/** What all requests with one secret on one day share. */
interface PreparedKey {
  readonly day: string;
  readonly secret: string;
  readonly scope: string;
  /** The signature of what is to be signed. */
  code(text: string): string;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const HASH_LENGTH = 64; // of SHA-256, in hexadecimal
const UNRESERVED = /^[\w.~-]*$/;
const LEFT_ALONE = /[!'()*]/g; // by encodeURIComponent, but not by AWS

/** Encodes a path segment as AWS does. Throws URIError for a lone surrogate. */
export function encodeSegment(segment: string): string {
  if (UNRESERVED.test(segment)) return segment;
  const encoded = encodeURIComponent(segment);
  if (encoded.search(LEFT_ALONE) < 0) return encoded; // As good as always; `replace` is slow.
  return encoded.replace(LEFT_ALONE, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * A path in the form in which it is signed: every segment is encoded once more than it is sent.
 *
 * @param path Of segments that {@link encodeSegment} has encoded.
 */
export function signedPath(path: string): string {
  return path.split("/").map(encodeSegment).join("/");
}

/** SHA-256 of a string's UTF-8 bytes or of bytes, in hexadecimal. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash("sha256", data, "hex");
}

/** A time as `x-amz-date` wants it, such as `20260102T030405Z`. */
export function toAmzDate(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
}

/** Puts headers into the form in which they are signed; names must be in lower case. */
export function canonicalHeaders(headers: Readonly<Record<string, string>>): CanonicalHeaders {
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => {
    const value = String(headers[name]).trim().replace(/\s+/g, " ");
    return `${name}:${value}\n`;
  });
  return { lines: lines.join(""), names: names.join(";") };
}

/**
 * Creates a signer. It derives the signing key once for each day and pair of keys.
 *
 * @param region The service's region, such as `us-east-1`.
 * @param service The name that requests are signed for. (Default: `execute-api`)
 * @returns A signer without a key.
 */
export function createV4Signer(region: string, service: string = "execute-api"): V4Signer {
  let kept: PreparedKey | undefined;

  function prepare({ secretAccessKey: secret }: SigningKeys, day: string): PreparedKey {
    if (kept?.day === day && kept.secret === secret) return kept;
    const scope = `${day}/${region}/${service}/aws4_request`;
    let key = hmac(`AWS4${secret}`, day);
    for (const part of [region, service, "aws4_request"]) key = hmac(key, part);
    const length = `${ALGORITHM}\n${day}T000000Z\n${scope}\n`.length + HASH_LENGTH;
    kept = { day, secret, scope, code: createHmacSha256(key, length) };
    return kept;
  }

  return {
    sign(keys, { method, signedPath, headers, bodyHash, amzDate }) {
      const { scope, code } = prepare(keys, amzDate.slice(0, 8));
      const canonical = `${method}\n${signedPath}\n\n${headers.lines}\n${headers.names}\n${bodyHash}`;
      const signature = code(`${ALGORITHM}\n${amzDate}\n${scope}\n${sha256Hex(canonical)}`);
      return `${ALGORITHM} Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${headers.names}, Signature=${signature}`;
    },
  };
}

function hmac(key: string | Buffer, text: string): Buffer<ArrayBuffer> {
  return Buffer.from(createHmac("sha256", key).update(text).digest());
}
