import type { LocalClock } from "./local-clock.ts";

/** A clock whose timers can be cancelled together. */
export interface TimerScope extends LocalClock {
  /** Cancels all timers; later ones are never set. */
  end(): void;
}

/** Creates a clock that shows the time of `clock` and remembers its own timers. */
export function createTimerScope(clock: LocalClock): TimerScope {
  const cancels = new Set<() => void>();
  let ended = false;
  return {
    now: () => clock.now(),
    setTimer(ms, fn) {
      if (ended) return () => undefined;
      const stop = clock.setTimer(ms, () => {
        cancels.delete(cancel);
        fn();
      });
      const cancel = () => {
        cancels.delete(cancel);
        stop();
      };
      cancels.add(cancel);
      return cancel;
    },
    end() {
      ended = true;
      for (const cancel of [...cancels]) cancel();
    },
  };
}
