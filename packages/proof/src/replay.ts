import { Worker } from "node:worker_threads";
import { bundleWorker } from "./bundle-worker.ts";
import { PLANTED } from "./planted.ts";
import type { Schedule } from "./schedule.ts";

/** Runs one schedule, with bugs planted if any are named, and prints its trace. True if all is well. */
export async function replay(schedule: Schedule, bugs: readonly string[]): Promise<boolean> {
  const planted = PLANTED.filter(({ name }) => bugs.includes(name));
  const code = await bundleWorker(
    "replay-worker.ts",
    planted.flatMap(({ edits }) => edits),
  );
  const worker = new Worker(code, { eval: true, workerData: schedule });
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (isFine: boolean) => resolve(isFine));
  });
}
