/** Virtual time: nothing happens unless a test lets time pass. */
export interface FakeClock {
  now(): number;
  setTimer(ms: number, run: () => void): () => void;
  /** Lets `ms` milliseconds pass, timer by timer. */
  advance(ms: number): Promise<void>;
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
  return {
    now: () => time,
    setTimer(ms, run) {
      const timer = { at: time + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const end = time + ms;
      await settle();
      for (let next = first(); next && next.at <= end; next = first()) {
        timers.delete(next);
        time = Math.max(time, next.at);
        next.run();
        await settle();
      }
      time = Math.max(time, end);
    },
    sleep(ms) {
      time += ms;
    },
    get timers() {
      return timers.size;
    },
  };
}
