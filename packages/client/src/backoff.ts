import type { ErrorFrame } from "./frames.ts";
import type { ResolvedOptions } from "./resolve-options.ts";

/** Repeats something that the server refused for the moment. */
export function repeatLater(
  options: ResolvedOptions,
  counter: { failures: number },
  { retryAfterMs }: ErrorFrame,
  run: () => void,
): void {
  options.setTimer(retryAfterMs || backoffMs(++counter.failures, options), run);
}

/** Full jitter: a random time between 0 and min(`backoffMaxMs`, 0.5 s · 2^failures), in milliseconds. */
export const backoffMs = (
  failures: number,
  { backoffMaxMs, random }: { backoffMaxMs: number; random: () => number },
): number => random() * Math.min(backoffMaxMs, 500 * 2 ** failures);
