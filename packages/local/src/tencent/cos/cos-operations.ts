import type { CosBucket, CosObject, CosVersioning } from "./cos-bucket.ts";
import { CosError } from "./cos-error.ts";
import type { CosAction, StaleListing } from "./cos-faults.ts";
import type { CosHttpRequest } from "./cos-http-request.ts";
import { listBucket } from "./cos-listing.ts";
import { isNotModified, overridesOf, rangeOf } from "./cos-reads.ts";
import { document, element, innersOf, textsOf } from "./cos-xml.ts";

/** An answer that is no error. */
export interface CosAnswer {
  readonly status: 200 | 204 | 206 | 304;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** What does what is asked. */
export type CosOperation = (
  bucket: CosBucket,
  request: CosHttpRequest,
  listing: StaleListing | undefined,
) => CosAnswer;

const MAX_DELETES = 1000;
const KEPT_HEADERS =
  /^(content-(type|encoding|disposition|language)|cache-control|expires|x-cos-meta-.+)$/;

/** By what is asked. */
export const COS_OPERATIONS: Readonly<Record<CosAction, CosOperation>> = {
  PutObject(bucket, { key, body, headers }) {
    const kept = [...headers].filter(([name, value]) => KEPT_HEADERS.test(name) && value !== "");
    const object = bucket.put(key, body, {
      headers: Object.fromEntries(kept),
      forbidOverwrite: headers.get("x-cos-forbid-overwrite") === "true",
    });
    return { status: 200, headers: digestsOf(object) };
  },

  GetObject(bucket, request) {
    const object = objectOf(bucket, request.key);
    const headers = headersOf(object, request);
    if (isNotModified(object, request.headers)) return { status: 304, headers };
    const { length } = object.body;
    const range = rangeOf(request.headers.get("range"), length);
    if (!range) return { status: 200, headers, body: object.body };
    const { start, end } = range;
    return {
      status: 206,
      headers: { ...headers, "content-range": `bytes ${start}-${end - 1}/${length}` },
      body: object.body.subarray(start, end),
    };
  },

  HeadObject(bucket, request) {
    const object = objectOf(bucket, request.key);
    const headers = headersOf(object, request);
    if (isNotModified(object, request.headers)) return { status: 304, headers };
    const length = { "content-length": String(object.body.length) };
    return { status: 200, headers: { ...headers, ...length } };
  },

  DeleteObject(bucket, { key }) {
    bucket.delete(key);
    return { status: 204 };
  },

  DeleteMultipleObjects(bucket, { body }) {
    const keys = keysOf(String(body));
    for (const key of keys) bucket.delete(key);
    const quiet = textsOf(String(body), "Quiet")[0] === "true";
    const deleted = keys.map((key) => element("Deleted", [element("Key", key)]));
    return xml(element("DeleteResult", quiet ? [] : deleted));
  },

  GetBucket: (bucket, { query }, listing) => xml(listBucket(bucket, query, listing)),

  HeadBucket: () => ({ status: 200 }),

  GetBucketVersioning({ versioning }) {
    const status = versioning === undefined ? [] : [element("Status", versioning)];
    return xml(element("VersioningConfiguration", status));
  },

  PutBucketVersioning(bucket, { body }) {
    const [status] = textsOf(String(body), "Status");
    if (!isVersioning(status)) throw new CosError("MalformedXML");
    bucket.versioning = status;
    return { status: 200 };
  },
};

/** The keys that a multi-delete names. */
export function keysOf(body: string): string[] {
  const objects = innersOf(body, "Object");
  const keys = objects.map((inner) => textsOf(inner, "Key")[0]);
  const valid = keys.length > 0 && keys.length <= MAX_DELETES;
  if (!valid || keys.some((key) => key === undefined)) throw new CosError("MalformedXML");
  if (objects.some((inner) => textsOf(inner, "VersionId").some(Boolean))) {
    throw new CosError("NotImplemented", "there are no versions of objects here");
  }
  return keys as string[];
}

function objectOf(bucket: CosBucket, key: string): CosObject {
  const object = bucket.get(key);
  if (!object) throw new CosError("NoSuchKey");
  return object;
}

function digestsOf({ etag, crc64 }: CosObject): Record<string, string> {
  return { etag, "x-cos-hash-crc64ecma": crc64 };
}

function headersOf(object: CosObject, { query }: CosHttpRequest): Record<string, string> {
  return {
    ...{ "content-type": "application/octet-stream", "accept-ranges": "bytes" },
    ...object.headers,
    ...overridesOf(query),
    ...digestsOf(object),
    "last-modified": new Date(object.lastModified).toUTCString(),
  };
}

function isVersioning(status: string | undefined): status is CosVersioning {
  return status === "Enabled" || status === "Suspended";
}

function xml(root: string): CosAnswer {
  const headers = { "content-type": "application/xml" };
  return { status: 200, headers, body: document(root) };
}
