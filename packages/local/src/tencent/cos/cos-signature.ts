import { Buffer } from "node:buffer";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { CosErrorCode } from "./cos-error.ts";

/** Keys that requests are signed with. */
export interface CosCredentials {
  secretId: string;
  secretKey: string;
  /** Of temporary keys: `x-cos-security-token` must be this. (Default: none, permanent keys) */
  securityToken?: string;
  /** When temporary keys end, in milliseconds since the Unix epoch. (Default: never) */
  expiresAt?: number;
}

/** What of a request a signature covers. */
export interface CosSignedRequest {
  method: string;
  /** The path that is signed, decoded: `/` and the key. */
  path: string;
  /** Names and values, decoded. */
  query: ReadonlyMap<string, string>;
  /** Names in lower case, and values as they were sent. */
  headers: ReadonlyMap<string, string>;
}

/** What a signature is checked against. */
export interface CosSignatureCheck {
  /** All keys that are known. */
  credentials: readonly CosCredentials[];
  /** Current time, in milliseconds since the Unix epoch. */
  now: number;
}

/** Why a signature was refused. */
export interface CosSignatureRefusal {
  code: CosErrorCode;
  /** Instead of the code's usual message. */
  message?: string;
}

const MAX_SKEW_MS = 15 * 60 * 1000;
const FIELDS = [
  ...["q-sign-algorithm", "q-ak", "q-sign-time", "q-key-time"],
  ...["q-header-list", "q-url-param-list", "q-signature"],
];
const TIMES = /^(\d{1,12});(\d{1,12})$/;

/**
 * Checks a request's signature over the headers and parameters that it names itself (436/7778).
 *
 * @returns Undefined if the signature is right, or why it is not.
 */
export function refuseCosSignature(
  request: CosSignedRequest,
  { credentials, now }: CosSignatureCheck,
): CosSignatureRefusal | undefined {
  const fields = fieldsOf(request);
  if (!fields) return { code: "AccessDenied" };
  const keys = credentials.find(({ secretId }) => secretId === fields.get("q-ak"));
  if (!keys) return { code: "InvalidAccessKeyId" };
  const refusal = refuseToken(request, keys, now) ?? refuseTimes(fields, now);
  if (refusal) return refusal;
  const keyTime = fields.get("q-key-time") ?? "";
  const right = hmac(
    hmac(keys.secretKey, keyTime),
    ["sha1", fields.get("q-sign-time"), sha1(formatOf(request, fields)), ""].join("\n"),
  );
  const given = Buffer.from(fields.get("q-signature") ?? "");
  const same = given.length === right.length && timingSafeEqual(given, Buffer.from(right));
  return same ? undefined : { code: "SignatureDoesNotMatch" };
}

/**
 * The parts of the header `Authorization`, or of a signed URL's query, where they may also be one
 * parameter `sign`; undefined if one is missing.
 */
function fieldsOf({ headers, query }: CosSignedRequest): ReadonlyMap<string, string> | undefined {
  const merged = headers.get("authorization") ?? query.get("sign");
  const pairs = merged?.split("&").map((pair): [string, string] => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  const fields = pairs ? new Map(pairs) : query;
  return FIELDS.every((name) => fields.has(name)) ? fields : undefined;
}

function refuseToken(
  { headers, query }: CosSignedRequest,
  { securityToken, expiresAt = Infinity }: CosCredentials,
  now: number,
): CosSignatureRefusal | undefined {
  const token = headers.get("x-cos-security-token") ?? query.get("x-cos-security-token");
  // Without its token, a temporary key is none that COS knows.
  if (token !== securityToken) return { code: "InvalidAccessKeyId" };
  return expiresAt <= now ? { code: "ExpiredToken" } : undefined;
}

function refuseTimes(
  fields: ReadonlyMap<string, string>,
  now: number,
): CosSignatureRefusal | undefined {
  for (const name of ["q-key-time", "q-sign-time"]) {
    const [, start, end] = TIMES.exec(fields.get(name) ?? "") ?? [];
    if (start === undefined) return { code: "AccessDenied" };
    if (Number(start) * 1000 > now + MAX_SKEW_MS) return { code: "RequestTimeTooSkewed" };
    if (Number(end) * 1000 < now) return { code: "AccessDenied", message: "Request has expired" };
  }
  return fields.get("q-sign-algorithm") === "sha1" ? undefined : { code: "AccessDenied" };
}

/** What is signed of the request itself. */
function formatOf(
  { method, path, query, headers }: CosSignedRequest,
  fields: ReadonlyMap<string, string>,
): string {
  const parameters = new Map([...query].map(([name, value]) => [name.toLowerCase(), value]));
  return [
    method.toLowerCase(),
    path,
    pairsOf(fields.get("q-url-param-list"), parameters),
    pairsOf(fields.get("q-header-list"), headers),
    "",
  ].join("\n");
}

/** Names and values as they are signed; the names that are listed, and only those. */
function pairsOf(list: string | undefined, values: ReadonlyMap<string, string>): string {
  const names = (list ?? "").split(";").filter(Boolean).sort();
  return names
    .map((name) => `${name}=${encodeStrictly(values.get(decodeName(name)) ?? "")}`)
    .join("&");
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name).toLowerCase();
  } catch {
    return name; // A percent sign that encodes nothing names no header.
  }
}

/** As encodeURIComponent, and `!'()*` as well. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha1(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}

function hmac(key: string, text: string): string {
  return createHmac("sha1", key).update(text).digest("hex");
}
