import type { LocalClock } from "../../shared/local-clock.ts";
import { createTokenBucket } from "../../shared/token-bucket.ts";
import type { CosAction, CosRequest } from "./cos-faults.ts";

/** Requests a second that COS answers; others get 503 `SlowDown`. What is left out is not limited. */
export interface CosLimits {
  /** GET and HEAD of a bucket's objects. */
  readsPerSecond?: number;
  /** PUT and DELETE of a bucket's objects; a multi-delete counts once for each key as well. */
  writesPerSecond?: number;
  /** LIST of a bucket. */
  listsPerSecond?: number;
  /** Multi-deletes in a bucket. */
  multiDeletesPerSecond?: number;
  /** PUT of one key, and as many DELETE of it. */
  writesOfKeyPerSecond?: number;
  /** GET and HEAD of one key. */
  readsOfKeyPerSecond?: number;
  /** LIST of one prefix. */
  listsOfPrefixPerSecond?: number;
}

/** What Tencent documents for a bucket outside mainland China (436/14518). */
export const COS_LIMITS: Readonly<Required<CosLimits>> = {
  readsPerSecond: 3_000,
  writesPerSecond: 3_000,
  listsPerSecond: 1_000,
  multiDeletesPerSecond: 300,
  writesOfKeyPerSecond: 50,
  readsOfKeyPerSecond: 1_000,
  listsOfPrefixPerSecond: 50,
};

const LIMITS: Readonly<Record<CosAction, readonly [all?: keyof CosLimits, one?: keyof CosLimits]>> =
  {
    GetObject: ["readsPerSecond", "readsOfKeyPerSecond"],
    HeadObject: ["readsPerSecond", "readsOfKeyPerSecond"],
    PutObject: ["writesPerSecond", "writesOfKeyPerSecond"],
    DeleteObject: ["writesPerSecond", "writesOfKeyPerSecond"],
    DeleteMultipleObjects: ["multiDeletesPerSecond"],
    GetBucket: ["listsPerSecond", "listsOfPrefixPerSecond"],
    HeadBucket: ["readsPerSecond"],
    GetBucketVersioning: [],
    PutBucketVersioning: [],
  };
const KINDS: Partial<Record<CosAction, string>> = { HeadObject: "GetObject" };
const MAX_BUCKETS = 100_000;

/**
 * Creates what counts requests.
 *
 * @returns Takes a request, and how many keys it deletes at once; false if it is one too many.
 */
export function createCosLimiter(
  limits: CosLimits,
  clock: Pick<LocalClock, "now">,
): (request: CosRequest, keys?: number) => boolean {
  const buckets = new Map<string, () => boolean>();

  function take(limit: keyof CosLimits | undefined, of: string): boolean {
    const ratePerSecond = limit && limits[limit];
    if (ratePerSecond === undefined) return true;
    const name = `${limit} ${of}`;
    let bucket = buckets.get(name);
    if (!bucket) {
      if (buckets.size >= MAX_BUCKETS) buckets.clear();
      bucket = createTokenBucket({ ratePerSecond, burst: Math.max(1, ratePerSecond) }, clock.now);
      buckets.set(name, bucket);
    }
    return bucket();
  }

  return ({ action, bucket, key }, keys = 0) => {
    const [all, one] = LIMITS[action];
    const kind = KINDS[action] ?? action;
    let taken = take(all, bucket) && take(one, `${bucket} ${kind} ${key}`);
    for (let left = keys; taken && left > 0; left--) taken = take("writesPerSecond", bucket);
    return taken;
  };
}
