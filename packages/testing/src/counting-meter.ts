import type { Meter, RequestKind } from "@hubbub/core";

/** How many requests of each kind there were. */
export type RequestCounts = Record<RequestKind, number>;

/** A meter that adds up what an adapter reports. */
export interface CountingMeter extends Meter {
  /** What was counted so far, as a copy. */
  counts(): RequestCounts;
  /** Starts at 0 again. */
  reset(): void;
}

const nothing = (): RequestCounts => ({
  read: 0,
  write: 0,
  list: 0,
  push: 0,
  broadcast: 0,
  enqueue: 0,
});

/**
 * Creates a meter for tests of what an operation costs.
 *
 * @returns A meter at 0.
 */
export function createCountingMeter(): CountingMeter {
  let counts = nothing();
  return {
    count(kind, n = 1) {
      counts[kind] += n;
    },
    counts: () => ({ ...counts }),
    reset() {
      counts = nothing();
    },
  };
}
