import type { Clock, Ports } from "./ports.ts";
import type { Pusher, PushResult } from "./pusher.ts";

/** What {@link sendWithRetries} needs. */
export interface RetryParts extends Pick<Ports, "random"> {
  readonly pusher: Pick<Pusher, "send">;
  readonly clock: Clock;
}

const MAX_TRIES = 3;
const RETRY_BASE_MS = 100;

/**
 * Pushes an answer to the one who asked: up to 3 tries while it is throttled, 100 ms and 200 ms apart, each
 * half to one and a half times that.
 *
 * @param deadlineAt No second or third try begins at or after this time, in milliseconds since the Unix epoch;
 * the first always does: to whoever asked it is worth more than what others are pushed. (Default: none)
 * @returns What became of the last try.
 */
export async function sendWithRetries(
  { pusher, clock, random }: RetryParts,
  connectionId: string,
  text: string,
  deadlineAt: number = Number.POSITIVE_INFINITY,
): Promise<PushResult> {
  for (let tries = 1; ; tries++) {
    const result = await pusher.send(connectionId, text);
    if (result !== "throttled" || tries === MAX_TRIES) return result;
    await clock.sleep(RETRY_BASE_MS * 2 ** (tries - 1) * (0.5 + random()));
    if (clock.now() >= deadlineAt) return result;
  }
}
