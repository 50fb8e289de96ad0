import { Buffer } from "node:buffer";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** Keys as a Lambda's role has them. */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** A request as it came over the wire. */
export interface SignedRequest {
  method: string;
  /** The path, still encoded, and the query. */
  url: string;
  /** Names and values in turn, as `rawHeaders` of Node's requests. */
  rawHeaders: readonly string[];
  body: Buffer;
}

/** What a signature is checked against. */
export interface SignatureCheck {
  credentials: AwsCredentials;
  region: string;
  /** Current time, in milliseconds since the Unix epoch. */
  now: number;
}

/** Why a signature was refused. */
export interface SignatureRefusal {
  type:
    | "InvalidSignatureException"
    | "UnrecognizedClientException"
    | "IncompleteSignatureException";
  message: string;
}

const MAX_SKEW_MS = 5 * 60 * 1000;
const SERVICE = "execute-api";
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/**
 * Checks a request's Signature Version 4 over the headers that it names itself.
 *
 * @returns Undefined if the signature is right, or why it is not.
 */
export function refuseSignature(
  request: SignedRequest,
  { credentials, region, now }: SignatureCheck,
): SignatureRefusal | undefined {
  const headers = headersOf(request.rawHeaders);
  const parts = AUTHORIZATION.exec(headers.get("authorization") ?? "");
  if (!parts)
    return { type: "IncompleteSignatureException", message: "Authorization is incomplete" };
  const [, keyId = "", day = "", scopeRegion = "", service = "", names = "", given = ""] = parts;
  const date = headers.get("x-amz-date") ?? "";
  const signed = names.split(";");
  const refusal =
    refuseKeys(keyId, headers, credentials) ??
    refuseHeaders(signed, headers) ??
    refuseScope({ day, scopeRegion, service, date }, region, now);
  if (refusal) return refusal;

  const scope = `${day}/${region}/${SERVICE}/aws4_request`;
  const canonical = canonicalRequest(request, signed, headers);
  const toSign = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
  const key = signingKey(credentials.secretAccessKey, day, region);
  const right = createHmac("sha256", key).update(toSign).digest("hex");
  if (timingSafeEqual(Buffer.from(right), Buffer.from(given))) return undefined;
  return invalid("The request signature we calculated does not match the signature you provided.");
}

function invalid(message: string): SignatureRefusal {
  return { type: "InvalidSignatureException", message };
}

type Headers = ReadonlyMap<string, string>;

function refuseKeys(
  keyId: string,
  headers: Headers,
  { accessKeyId, sessionToken }: AwsCredentials,
) {
  const right = keyId === accessKeyId && headers.get("x-amz-security-token") === sessionToken;
  const message = "The security token included in the request is invalid.";
  return right ? undefined : ({ type: "UnrecognizedClientException", message } as const);
}

/** The host, the date, and every x-amz- header that is there must be signed; a signed one be there. */
function refuseHeaders(signed: readonly string[], headers: Headers): SignatureRefusal | undefined {
  const amazons = [...headers.keys()].filter((name) => name.startsWith("x-amz-"));
  const unsigned = ["host", "x-amz-date", ...amazons].find((name) => !signed.includes(name));
  if (unsigned) return invalid(`'${unsigned}' must be a signed header in the AWS Signature`);
  const missing = signed.find((name) => !headers.has(name));
  return missing ? invalid(`the signed header '${missing}' is not there`) : undefined;
}

interface Scope {
  day: string;
  scopeRegion: string;
  service: string;
  date: string;
}

function refuseScope({ day, scopeRegion, service, date }: Scope, region: string, now: number) {
  const time = Date.parse(
    date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
  if (!(Math.abs(now - time) <= MAX_SKEW_MS)) {
    return invalid(`Signature expired or not yet current: ${date}`);
  }
  const right = scopeRegion === region && service === SERVICE && date.startsWith(day);
  return right ? undefined : invalid(`Credential should be scoped to ${region}/${SERVICE}`);
}

function canonicalRequest(request: SignedRequest, signed: readonly string[], headers: Headers) {
  const [path = "/", query = ""] = request.url.split("?", 2);
  return [
    request.method,
    // The path on the wire is encoded once already: a service other than S3 signs it encoded twice.
    path.split("/").map(encodeStrictly).join("/"),
    query.split("&").filter(Boolean).sort().join("&"),
    ...signed.map((name) => `${name}:${headers.get(name)}`),
    "",
    signed.join(";"),
    createHash("sha256").update(request.body).digest("hex"),
  ].join("\n");
}

function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function headersOf(raw: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index]?.toLowerCase() ?? "";
    const value = (raw[index + 1] ?? "").trim().replace(/\s+/g, " ");
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

let cachedKey = { of: "", key: Buffer.alloc(0) };

function signingKey(secret: string, day: string, region: string): Buffer {
  const of = [secret, day, region].join("\n");
  if (cachedKey.of !== of) {
    const key = [day, region, SERVICE, "aws4_request"].reduce(
      (previous, part) => createHmac("sha256", previous).update(part).digest(),
      Buffer.from(`AWS4${secret}`),
    );
    cachedKey = { of, key };
  }
  return cachedKey.key;
}
