/** Virtual time: nothing happens unless a test lets time pass. */
export interface FakeClock {
  now(): number;
  setTimer(ms: number, run: () => void): () => void;
  /** Lets `ms` milliseconds pass, timer by timer. */
  advance(ms: number): Promise<void>;
  /** Lets time pass in steps of 100 ms until `done`; throws if that takes more than 2 minutes. */
  advanceUntil(done: () => boolean): Promise<void>;
  /** Lets time jump without running timers, as a sleeping device does. */
  sleep(ms: number): void;
  readonly timers: number;
}

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 60; turn++) await Promise.resolve();
}

export function createFakeClock(): FakeClock {
  let time = Date.UTC(2026, 0);
  const timers = new Set<{ at: number; run: () => void }>();
  const first = () => [...timers].sort((a, b) => a.at - b.at)[0];
  const clock: FakeClock = {
    now: () => time,
    setTimer(ms, run) {
      const timer = { at: time + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const end = time + ms;
      await settle();
      let runs = 0;
      for (let next = first(); next && next.at <= end; next = first()) {
        if (++runs > 5000) throw new Error("The timers have no end.");
        timers.delete(next);
        time = Math.max(time, next.at);
        next.run();
        await settle();
      }
      time = Math.max(time, end);
    },
    async advanceUntil(done) {
      for (let steps = 0; !done(); steps++) {
        if (steps > 1200) throw new Error("It never happened.");
        await clock.advance(100);
      }
    },
    sleep(ms) {
      time += ms;
    },
    get timers() {
      return timers.size;
    },
  };
  return clock;
}
