import type { Clock } from "@hubbub/core";

/** Work that may outlive the answer to the event which began it. */
export interface Settling {
  /** Waits until work has settled, but not long. */
  settle(work: Promise<unknown>): Promise<void>;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
}

/**
 * Creates the waiting. A process on Azure runs on once it has answered, so what takes long (a slow group
 * send, a push of presence that waits for its window) need not hold up the next message of a connection,
 * which may be sent only after this one is answered.
 *
 * @param clock The clock.
 * @param settleMs How long the answer waits, in milliseconds.
 */
export function createSettling(clock: Clock, settleMs: number): Settling {
  const running = new Set<Promise<unknown>>();
  return {
    async settle(work) {
      const tracked: Promise<unknown> = work.then(() => running.delete(tracked));
      running.add(tracked);
      await Promise.race([tracked, clock.sleep(settleMs)]);
    },
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
