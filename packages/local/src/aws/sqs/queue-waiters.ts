import type { LocalClock } from "../../shared/local-clock.ts";

/** Those that wait for messages. */
export interface QueueWaiters {
  /** Resolves at the next `wake`, after `ms` milliseconds, or when aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  wake(): void;
}

/** Creates an empty set of waiters. */
export function createQueueWaiters(clock: LocalClock): QueueWaiters {
  const waiting = new Set<() => void>();
  return {
    async wait(ms, signal) {
      if (signal?.aborted) return;
      await new Promise<void>((resolve) => {
        const end = () => {
          waiting.delete(end);
          cancel();
          signal?.removeEventListener("abort", end);
          resolve();
        };
        const cancel = clock.setTimer(ms, end);
        waiting.add(end);
        signal?.addEventListener("abort", end);
      });
    },
    wake() {
      for (const end of [...waiting]) end();
    },
  };
}
