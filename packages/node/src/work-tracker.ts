import type { Logger } from "@hubbub/core";

/** Work that must not be lost when the server closes. */
export interface WorkTracker {
  /** Follows a promise until it settles; a rejection is logged and goes no further. */
  track(work: Promise<unknown>): void;
  /** Says that something changed which somebody may be waiting for. */
  changed(): void;
  /**
   * Waits until no work is left and `condition` holds, or `ms` have passed.
   *
   * @returns False if the time was over first.
   */
  settled(condition: () => boolean, ms: number): Promise<boolean>;
}

/** Creates a tracker with nothing to follow. */
export function createWorkTracker(logger: Logger): WorkTracker {
  let running = 0;
  let waiters: (() => void)[] = [];

  function changed(): void {
    for (const check of [...waiters]) check();
  }

  return {
    track(work) {
      running += 1;
      work
        .catch((error: unknown) => logger.error("work for a connection failed", { error }))
        .finally(() => {
          running -= 1;
          changed();
        });
    },
    changed,
    settled(condition, ms) {
      return new Promise((resolve) => {
        const finish = (inTime: boolean) => {
          clearTimeout(timer);
          waiters = waiters.filter((waiter) => waiter !== check);
          resolve(inTime);
        };
        const check = () => {
          if (running === 0 && condition()) finish(true);
        };
        const timer = setTimeout(() => finish(false), ms);
        waiters.push(check);
        check();
      });
    },
  };
}
