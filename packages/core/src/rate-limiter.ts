import type { Rate } from "./limits.ts";
import type { Clock } from "./ports.ts";

/** Token buckets, by key. */
export interface RateLimiter {
  /** Takes one token; answers 0, or how many milliseconds to wait for the next. */
  take(key: string): number;
  /** Forgets a key. */
  delete(key: string): void;
}

interface Bucket {
  tokens: number;
  at: number;
}

const MAX_KEYS = 50_000;

/** Creates token buckets that all have the same rate. They live in this process. */
export function createRateLimiter(clock: Pick<Clock, "now">, rate: Rate): RateLimiter {
  const buckets = new Map<string, Bucket>();
  const { perSecond, burst } = rate;
  if (perSecond === Infinity || burst === Infinity) return { take: () => 0, delete() {} };
  return {
    take(key) {
      const now = clock.now();
      let bucket = buckets.get(key);
      if (!bucket) {
        bucket = { tokens: burst, at: now };
        buckets.set(key, bucket);
        // The oldest key has most likely a full bucket again, which is the same as none.
        if (buckets.size > MAX_KEYS) buckets.delete(buckets.keys().next().value as string);
      }
      // A clock that was set back gives nothing, and takes nothing away.
      const earned = (Math.max(0, now - bucket.at) / 1000) * perSecond;
      bucket.tokens = Math.min(burst, bucket.tokens + earned);
      bucket.at = now;
      if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) / perSecond) * 1000);
      bucket.tokens -= 1;
      return 0;
    },
    delete: (key) => void buckets.delete(key),
  };
}
