import type { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { LocalClock } from "../../shared/local-clock.ts";
import { type ByteKey, fromByteKey, indexOfKey, toByteKey } from "./byte-order.ts";
import { CosError } from "./cos-error.ts";
import type { StaleListing } from "./cos-faults.ts";
import { crc64 } from "./crc64.ts";

/** An object. */
export interface CosObject {
  readonly body: Buffer;
  /** With its quotation marks. */
  readonly etag: string;
  /** In decimal. */
  readonly crc64: string;
  /** In milliseconds since the Unix epoch. */
  readonly lastModified: number;
  /** `content-type`, `x-cos-meta-*` and the like, as they were put. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Whether versions are kept; undefined: they never were. */
export type CosVersioning = "Enabled" | "Suspended";

/** The objects of one bucket. */
export interface CosBucket {
  readonly name: string;
  versioning: CosVersioning | undefined;
  get(key: string): CosObject | undefined;
  /** @throws CosError if it is there and must not be replaced. */
  put(
    key: string,
    body: Buffer,
    options?: { headers?: Record<string, string>; forbidOverwrite?: boolean },
  ): CosObject;
  delete(key: string): void;
  /** What a listing goes through: the sorted bytes of the keys, and their objects. */
  snapshot(listing?: StaleListing): { keys: readonly ByteKey[]; get(key: ByteKey): CosObject };
}

/** How a key was before a change. */
interface Change {
  readonly at: number;
  readonly key: ByteKey;
  readonly before: CosObject | undefined;
}

const REMEMBERED_MS = 60_000;
const REMEMBERED_CHANGES = 10_000;

/** Creates an empty bucket. */
export function createCosBucket(
  name: string,
  clock: Pick<LocalClock, "now">,
  versioning: CosVersioning | undefined,
): CosBucket {
  const objects = new Map<ByteKey, CosObject>();
  const keys: ByteKey[] = [];
  const changes: Change[] = [];

  function set(key: ByteKey, object: CosObject | undefined): void {
    const before = objects.get(key);
    remember(changes, { at: clock.now(), key, before });
    const index = indexOfKey(keys, key);
    if (object) objects.set(key, object);
    else objects.delete(key);
    if (object && !before) keys.splice(index, 0, key);
    if (!object && before) keys.splice(index, 1);
  }

  return {
    name,
    versioning,
    get: (key) => objects.get(toByteKey(key)),
    put(key, body, { headers = {}, forbidOverwrite = false } = {}) {
      const bytes = toByteKey(key);
      // In a bucket that ever had versions, COS takes no notice of it (436/7749).
      const forbidden = forbidOverwrite && this.versioning === undefined;
      if (forbidden && objects.has(bytes)) throw new CosError("FileAlreadyExists");
      const etag = `"${createHash("md5").update(body).digest("hex")}"`;
      const object = { body, etag, crc64: crc64(body), lastModified: clock.now(), headers };
      set(bytes, object);
      return object;
    },
    delete(key) {
      const bytes = toByteKey(key);
      if (objects.has(bytes)) set(bytes, undefined);
    },
    snapshot({ staleMs = 0, hide } = {}) {
      const then = staleMs > 0 ? asOf(objects, changes, clock.now() - staleMs) : objects;
      const all = then === objects ? keys : [...then.keys()].sort();
      return {
        keys: hide ? all.filter((key) => !hide(fromByteKey(key))) : all,
        get(key) {
          const object = then.get(key);
          if (!object) throw new CosError("InternalError");
          return object;
        },
      };
    },
  };
}

function remember(changes: Change[], change: Change): void {
  changes.push(change);
  const fresh = changes.findIndex(({ at }) => at >= change.at - REMEMBERED_MS);
  changes.splice(0, Math.max(fresh, changes.length - REMEMBERED_CHANGES));
}

/** The objects as they were at a time. */
function asOf(
  objects: ReadonlyMap<ByteKey, CosObject>,
  changes: readonly Change[],
  time: number,
): ReadonlyMap<ByteKey, CosObject> {
  const then = new Map(objects);
  for (const { at, key, before } of [...changes].reverse()) {
    if (at <= time) break;
    if (before) then.set(key, before);
    else then.delete(key);
  }
  return then;
}
