import type { Clock } from "@hubbub/core";

/** The least of an SCF function's context. */
export interface ScfContextLike {
  /** How long the function may take in all, in milliseconds. */
  readonly time_limit_in_ms?: number;
  /** How long it may still take, in milliseconds, where the runtime tells. */
  getRemainingTimeInMillis?(): number;
}

/** When an invocation ends, in milliseconds since the Unix epoch. */
export interface ScfDeadline {
  /** From here on no push is begun, but the answer to who asked. */
  readonly deadlineAt: number;
  /** Here it answers, whatever is still under way. */
  readonly answerAt: number;
}

const ANSWER_MS = 300; // For the way back; a tenth of the time at most.
const STEP_MS = 250;

/**
 * Works out when an invocation that begins now has to be done.
 *
 * @param clock The clock.
 * @param context What the runtime passed; a caller in between may have left it out.
 * @param marginMs The time for pushes that are under way then, in milliseconds; half of what remains at most.
 * @returns Undefined if there is no end.
 */
export function scfDeadline(
  clock: Pick<Clock, "now">,
  context: unknown,
  marginMs: number,
): ScfDeadline | undefined {
  const remainingMs = remainingOf(context);
  if (remainingMs === undefined) return undefined;
  const endsAt = clock.now() + remainingMs;
  return {
    deadlineAt: endsAt - Math.min(marginMs, remainingMs / 2),
    answerAt: endsAt - Math.min(ANSWER_MS, remainingMs / 10),
  };
}

function remainingOf(context: unknown): number | undefined {
  if (typeof context !== "object" || context === null) return undefined;
  const { getRemainingTimeInMillis: remaining, time_limit_in_ms: limitMs }: ScfContextLike =
    context;
  const remainingMs = typeof remaining === "function" ? remaining.call(context) : Number.NaN;
  if (Number.isFinite(remainingMs)) return Math.max(0, remainingMs);
  return Number.isFinite(limitMs) && Number(limitMs) > 0 ? limitMs : undefined;
}

/**
 * Waits for work until the answer is due.
 *
 * @returns False if it goes on beyond that, or until the instance is frozen.
 */
export async function withinTime(
  clock: Clock,
  deadline: ScfDeadline | undefined,
  work: Promise<unknown>,
): Promise<boolean> {
  let settled = false;
  const ended = work.finally(() => {
    settled = true;
  });
  if (!deadline) {
    await ended;
    return true;
  }
  const { answerAt } = deadline;
  ended.catch(() => undefined); // Whoever is no longer waited for must not end the process.
  while (!settled && clock.now() < answerAt) {
    // In steps, so that no timer outlives the work for long.
    await Promise.race([ended, clock.sleep(Math.min(STEP_MS, answerAt - clock.now()))]);
  }
  return settled;
}
