import type { Clock } from "@hubbub/core";

/** A clock for contracts. */
export interface ContractClock extends Clock {
  /** Moves time forward by `ms` milliseconds. */
  advance(ms: number): void;
}

/**
 * Creates a clock for contracts: it shows 1 January 2026 and moves only when told to, but nobody has to
 * wake up who sleeps. An adapter that backs off goes on by itself, the longer sleeper later, in no time.
 *
 * @returns A clock that stands still.
 */
export function createContractClock(): ContractClock {
  let time = Date.UTC(2026, 0);
  return {
    now: () => time,
    async sleep(ms) {
      // Rounds of microtasks instead of milliseconds, so that a jitter still parts those who race.
      for (let rounds = Math.min(Math.ceil(ms), 1_000); rounds > 0; rounds--) {
        await Promise.resolve();
      }
    },
    advance(ms) {
      time += ms;
    },
  };
}
