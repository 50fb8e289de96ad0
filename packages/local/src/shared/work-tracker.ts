/** Counts work in progress. */
export interface WorkTracker {
  /** Counts `work` until it settles. */
  track(work: Promise<unknown>): void;
  /** Resolves when nothing is in progress, or all of it has been given up. */
  idle(): Promise<void>;
  /** Waits for nothing any more. */
  giveUp(): void;
}

/** Creates a tracker that knows of no work. */
export function createWorkTracker(): WorkTracker {
  const running = new Set<Promise<unknown>>();
  const waiting = new Set<() => void>();

  function release(): void {
    if (running.size > 0) return;
    for (const resolve of waiting) resolve();
    waiting.clear();
  }

  return {
    track(work) {
      running.add(work);
      const done = () => {
        running.delete(work);
        release();
      };
      work.then(done, done);
    },
    async idle() {
      if (running.size > 0) await new Promise<void>((resolve) => waiting.add(resolve));
    },
    giveUp() {
      running.clear();
      release();
    },
  };
}
