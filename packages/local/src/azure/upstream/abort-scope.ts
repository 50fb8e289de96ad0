import type { LocalClock } from "../../shared/local-clock.ts";

/** Abort signals that end after a time, and all together. */
export interface AbortScope {
  /** Runs `work` with a signal that aborts after `ms` milliseconds, or when the scope ends. */
  run<Value>(ms: number, work: (signal: AbortSignal) => Promise<Value>): Promise<Value>;
  /** Aborts everything. */
  end(): void;
}

/** Creates a scope on a clock. */
export function createAbortScope(clock: LocalClock): AbortScope {
  const controllers = new Set<AbortController>();
  return {
    async run(ms, work) {
      const controller = new AbortController();
      controllers.add(controller);
      const cancel = clock.setTimer(ms, () => controller.abort());
      try {
        return await work(controller.signal);
      } finally {
        cancel();
        controllers.delete(controller);
      }
    },
    end() {
      for (const controller of controllers) controller.abort();
    },
  };
}
