import { parentPort, workerData } from "node:worker_threads";
import { createReport } from "./fuzz-report.ts";
import { runLot } from "./run-lot.ts";

/** Which lots a worker runs: `first`, `first + step`, … below `end`. */
export interface WorkerTask {
  readonly seed: number;
  readonly first: number;
  readonly step: number;
  readonly end: number;
  /** How many messages all lots together have, from lot 0 on. */
  readonly frames: number;
  readonly lotSize: number;
}

const { seed, first, step, end, frames, lotSize }: WorkerTask = workerData;
const report = createReport();
Error.stackTraceLimit = 0; // Refused frames are errors; their stacks cost a third of the time.

for (let lot = first; lot < end; lot += step) {
  await runLot({ seed, lot, frames: Math.min(lotSize, frames - lot * lotSize) }, report);
  parentPort?.postMessage({ done: report.frames });
}
parentPort?.postMessage({ report });
