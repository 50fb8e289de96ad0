import { CosError } from "./cos-error.ts";
import type { CosAction } from "./cos-faults.ts";

type Values = ReadonlyMap<string, string>;

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
const METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE"];
const SUBRESOURCES = ["versioning", "delete"];
const PARAMETERS =
  /^(q-.*|sign|x-cos-security-token|prefix|marker|max-keys|delimiter|encoding-type)$/;
const OVERRIDES = /^response-(cache-control|content-\w+|expires)$/;
const READS: readonly CosAction[] = ["GetObject", "HeadObject"];
const CONDITIONS = /^if-((none-)?match|(un)?modified-since)$/;
/** What a client could not tell from success if it were passed over. */
const REFUSED = [
  /^x-cos-(copy-source|grant-|server-side-encryption|tagging|object-lock-)/,
  /^x-cos-(website-redirect-location|callback|return-body)/,
  /^(pic-operations$|x-amz-)/, // S3's names for all of these are not known here.
];
/** The values of a header that say what is done anyway, or nothing. */
const USUAL: Readonly<Record<string, RegExp>> = {
  "x-cos-acl": /^(private|default)?$/,
  "x-cos-storage-class": /^(STANDARD)?$/,
};

/**
 * Finds out what is asked.
 *
 * @throws CosError if the local COS does not do it, or would leave out a part of it.
 */
export function actionOf(method: string, key: string, query: Values, headers: Values): CosAction {
  if (method === "OPTIONS") throw new CosError("AccessForbidden");
  const sub = SUBRESOURCES.find((name) => query.has(name)) ?? "";
  const action = ACTIONS[`${method} ${key === "" ? "bucket" : "object"}${sub && ` ${sub}`}`];
  const reads = action !== undefined && READS.includes(action);
  const parameter = [...query.keys()].find((name) => name !== sub && !isParameter(name, reads));
  if (parameter !== undefined) throw notDone(`parameter ${parameter}`);
  if (!action) throw new CosError(METHODS.includes(method) ? "NotImplemented" : "MethodNotAllowed");
  const header = [...headers].find(([name, value]) => isRefused(name, value, reads));
  if (header) throw notDone(`header ${header[0]}`);
  return action;
}

function isParameter(name: string, reads: boolean): boolean {
  return PARAMETERS.test(name) || (reads && OVERRIDES.test(name));
}

function isRefused(name: string, value: string, reads: boolean): boolean {
  if (CONDITIONS.test(name)) return !reads;
  const usual = USUAL[name];
  return usual ? !usual.test(value) : REFUSED.some((pattern) => pattern.test(name));
}

function notDone(what: string): CosError {
  return new CosError("NotImplemented", `no ${what} here`);
}
