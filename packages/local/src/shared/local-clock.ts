/** Time, so that tests can move it. The virtual clock of `@hubbub/testing` is one. */
export interface LocalClock {
  /** Current time, in milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Calls `fn` once, `ms` milliseconds from now.
   *
   * @returns Cancels the timer; without effect once it has fired.
   */
  setTimer(ms: number, fn: () => void): () => void;
}

/** The clock of this machine. */
export const systemClock: LocalClock = {
  now: () => Date.now(),
  setTimer(ms, fn) {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms` milliseconds of `clock`; at once if `ms` is not more than 0. */
export async function sleep(clock: LocalClock, ms: number): Promise<void> {
  if (ms > 0) await new Promise<void>((resolve) => clock.setTimer(ms, resolve));
}
