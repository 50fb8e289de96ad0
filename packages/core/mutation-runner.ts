import { performance } from "node:perf_hooks";
import { type RunnerTestCase, TestRunner } from "vitest";

const maxIdleMs = 3000;
const lookEveryMs = 250;

/**
 * Ends a test that waits for what never comes, without waiting for its time limit: its thread has had
 * nothing to do for three seconds. Time in these tests is virtual, so a sound one is never idle for long,
 * and other programs on the machine do not make it idle either.
 */
export default class MutationRunner extends TestRunner {
  async runTask(test: RunnerTestCase): Promise<void> {
    const run = TestRunner.getTestFn(test);
    const watch = watchIdleness();
    try {
      await Promise.race([run(), watch.idle]);
    } finally {
      watch.stop();
    }
  }
}

function watchIdleness(): { readonly idle: Promise<never>; stop(): void } {
  const start = performance.eventLoopUtilization();
  let stop = (): void => {};
  const idle = new Promise<never>((_resolve, reject) => {
    const timer = setInterval(() => {
      if (performance.eventLoopUtilization(start).idle > maxIdleMs)
        reject(
          new Error(
            `This test waits for something that never comes: its thread was idle for ${maxIdleMs} ms.`,
          ),
        );
    }, lookEveryMs);
    stop = () => clearInterval(timer);
  });
  return { idle, stop };
}
