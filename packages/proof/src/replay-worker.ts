import { parentPort, workerData } from "node:worker_threads";
import { runSchedule, type Schedule } from "./schedule.ts";

/** Runs the schedule that this worker was started with, and prints what happens. */
async function replay(schedule: Schedule): Promise<boolean> {
  const onTrace = (line: string) => console.log(line);
  const { violations, events, fingerprint } = await runSchedule(schedule, { onTrace });
  console.log(JSON.stringify({ seed: schedule.seed, violations, events, fingerprint }));
  return violations.length === 0;
}

void replay(workerData).then((isFine) => parentPort?.postMessage(isFine));
