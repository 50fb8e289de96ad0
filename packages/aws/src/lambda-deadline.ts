import type { Clock } from "@hubbub/core";

/** The least of a Lambda context. */
export interface LambdaContextLike {
  getRemainingTimeInMillis(): number;
}

/** API Gateway waits for a function so long, in milliseconds, and answers for it then. */
export const INTEGRATION_TIMEOUT_MS = 29_000;

/**
 * When an invocation has to be done with what can be left to others.
 *
 * @param clock The clock.
 * @param context What the runtime passed; a caller in between may have left it out.
 * @param marginMs The time for what is under way then, in milliseconds; half of what remains at most.
 * @param limitMs The longest that anybody waits for the function. (Default: as long as it may run)
 * @returns Milliseconds since the Unix epoch; undefined if there is no end.
 */
export function deadlineOf(
  clock: Pick<Clock, "now">,
  context: LambdaContextLike | undefined,
  marginMs: number,
  limitMs: number = Infinity,
): number | undefined {
  const known = typeof context?.getRemainingTimeInMillis === "function";
  const remainingMs = Math.min(known ? context.getRemainingTimeInMillis() : Infinity, limitMs);
  if (remainingMs === Infinity) return undefined;
  return clock.now() + remainingMs - Math.min(marginMs, remainingMs / 2);
}
