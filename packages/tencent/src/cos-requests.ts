import { UnavailableError } from "@hubbub/core";
import { createDistrust, type Distrust } from "@hubbub/core/adapter";
import { isMissing, isTaken } from "./cos-errors.ts";
import type { CosLike, ResolvedCosOptions } from "./cos-options.ts";
import { provePutIfAbsent } from "./cos-probe.ts";
import { createCosRemover } from "./cos-remover.ts";
import { createCosSender } from "./cos-sender.ts";

/** An object of a listing. */
export interface CosListed {
  readonly key: string;
  readonly etag: string;
}

/** A page of a listing. */
export interface CosListPage {
  readonly objects: readonly CosListed[];
  /** Where the next page begins; absent on the last. */
  readonly nextMarker?: string | undefined;
}

/** What became of a put if absent. */
type CosPut =
  | { readonly stored: true; readonly etag: string }
  /** Somebody else's object is there: its text, unless it was deleted meanwhile. */
  | { readonly stored: false; readonly found: CosObject | undefined };

/** An object. */
interface CosObject {
  readonly text: string;
  readonly etag: string;
}

/** Which keys a listing shows. */
interface CosRange {
  readonly prefix: string;
  /** Keys after this one. (Default: all) */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** The requests that store and log make. They reject with `UnavailableError` when COS does not answer. */
export interface CosRequests {
  get(key: string): Promise<CosObject | undefined>;
  put(key: string, text: string): Promise<void>;
  /** The text MUST be like no other: by it, a put whose answer was lost recognises its own object. */
  putIfAbsent(key: string, text: string): Promise<CosPut>;
  delete(keys: readonly string[]): Promise<void>;
  list(query: CosRange): Promise<CosListPage>;
  /** Is told of objects that are not what was put there, and of their keys. */
  readonly distrust: Distrust;
}

const MAX_DELETES = 1000;

/** Creates the requests. */
export function createCosRequests(cos: CosLike, options: ResolvedCosOptions): CosRequests {
  const { bucket, region } = options;
  const place = { Bucket: bucket, Region: region };
  const send = createCosSender(options);

  async function get(Key: string): Promise<CosObject | undefined> {
    try {
      const answer = await send("read", "GetObject", () => cos.getObject({ ...place, Key }));
      return objectOf(answer);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async function putForbidden(key: string, text: string): Promise<string | undefined> {
    const params = { ...place, Key: key, Body: text };
    const Headers = { "x-cos-forbid-overwrite": "true" };
    try {
      const answer = await send("write", "PutObject", () => cos.putObject({ ...params, Headers }));
      const etag = unquoted((answer as { ETag?: unknown } | null)?.ETag);
      if (etag === "") throw new UnavailableError("COS answered no tag of what was put");
      return etag;
    } catch (error) {
      if (isTaken(error)) return undefined;
      throw error;
    }
  }

  const remove = createCosRemover(cos, options, send);

  return {
    get,
    distrust: createDistrust(options.logger),

    async put(Key, Body) {
      await send("write", "PutObject", () => cos.putObject({ ...place, Key, Body, Headers: {} }));
    },

    async putIfAbsent(key, text) {
      await provePutIfAbsent(cos, options, putForbidden);
      const etag = await putForbidden(key, text);
      if (etag !== undefined) return { stored: true, etag };
      // The SDK repeats a put whose answer was lost, and meets its own object.
      const found = await get(key);
      return found?.text === text ? { stored: true, etag: found.etag } : { stored: false, found };
    },

    async delete(keys) {
      for (let start = 0; start < keys.length; start += MAX_DELETES) {
        await remove(keys.slice(start, start + MAX_DELETES));
      }
    },

    async list({ prefix: Prefix, after: Marker = "", limit: MaxKeys }) {
      const query = { ...place, Prefix, Marker, MaxKeys };
      return pageOf(await send("list", "GetBucket", () => cos.getBucket(query)));
    },
  };
}

function objectOf(answer: unknown): CosObject {
  const { Body, ETag, headers } = answer as {
    Body?: unknown;
    ETag?: unknown;
    headers?: { etag?: unknown };
  };
  return { text: String(Body ?? ""), etag: unquoted(ETag ?? headers?.etag) };
}

/** Refuses what is no listing: an answer in HTML, say, would look like an empty bucket. */
function pageOf(answer: unknown): CosListPage {
  const { Contents, IsTruncated, NextMarker } = answer as {
    Contents?: { Key: string; ETag: string }[];
    IsTruncated?: unknown;
    NextMarker?: string;
  };
  const truncated = String(IsTruncated);
  if (!Array.isArray(Contents) || !/^(true|false)$/.test(truncated)) {
    throw new UnavailableError("COS answered no listing");
  }
  const objects = Contents.map(({ Key, ETag }) => ({ key: Key, etag: unquoted(ETag) }));
  if (truncated === "false") return { objects };
  // A listing that is cut must go on, whether or not it says where.
  const nextMarker = NextMarker || objects.at(-1)?.key;
  if (!nextMarker) throw new UnavailableError("COS answered an empty part of a listing");
  return { objects, nextMarker };
}

function unquoted(etag: unknown): string {
  return String(etag ?? "").replaceAll('"', "");
}
