/** A rate that may be exceeded for a moment. */
export interface TokenBucketOptions {
  /** Tokens that come back each second. */
  ratePerSecond: number;
  /** Tokens that a full bucket holds. */
  burst: number;
}

/**
 * Creates a full bucket.
 *
 * @param options Rate and size.
 * @param now Current time, in milliseconds.
 * @returns Takes a token; false if there is none.
 */
export function createTokenBucket(options: TokenBucketOptions, now: () => number): () => boolean {
  const { ratePerSecond, burst } = options;
  let tokens = burst;
  let filledAt = now();
  return () => {
    const time = now();
    tokens = Math.min(burst, tokens + (Math.max(0, time - filledAt) / 1000) * ratePerSecond);
    filledAt = time;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
