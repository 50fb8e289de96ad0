import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { bundleWorker, type SourceEdit } from "./bundle-worker.ts";
import type { Schedule, ScheduleReport } from "./schedule.ts";
import type { Lot, LotReport } from "./schedule-worker.ts";

/** What to run. */
export interface RunOptions {
  readonly schedules: number;
  /** The first seed. (Default: 1) */
  readonly seed?: number;
  /** What all of them have in common. */
  readonly schedule?: Omit<Schedule, "seed">;
  /** Bugs to plant. */
  readonly edits?: readonly SourceEdit[];
  readonly workers?: number;
  readonly coverage?: boolean;
  /** End once something was found; the seeds before it were all run. (Default: false) */
  readonly stopAtFirst?: boolean;
}

/** What all runs showed. */
export interface RunReport {
  readonly schedules: number;
  readonly events: number;
  readonly seconds: number;
  /** By seed. */
  readonly failures: readonly ScheduleReport[];
  readonly strikes: ReadonlyMap<string, number>;
  readonly fingerprints: readonly string[];
}

const LOT = 100;

/** Runs schedules on all cores; each worker takes the next lot of seeds as soon as it is free. */
export async function runSchedules(options: RunOptions): Promise<RunReport> {
  const { schedules, seed = 1, schedule = {}, edits = [], coverage = false } = options;
  const { workers = availableParallelism(), stopAtFirst = false } = options;
  const code = await bundleWorker("schedule-worker.ts", edits);
  const beganAt = performance.now();
  const reports: LotReport[] = [];
  let next = 0;

  async function work(): Promise<void> {
    const worker = new Worker(code, { eval: true });
    while (next < schedules) {
      const index = next;
      next += LOT;
      const count = Math.min(LOT, schedules - index);
      const lot: Lot = { from: seed + index, count, schedule, coverage, stopAtFirst };
      const report = await ask(worker, lot);
      reports[index / LOT] = report;
      if (stopAtFirst && report.failures.length > 0) next = schedules;
    }
    await worker.terminate();
  }
  await Promise.all(Array.from({ length: Math.min(workers, Math.ceil(schedules / LOT)) }, work));
  const strikes = new Map<string, number>();
  for (const report of reports) {
    for (const [key, count] of report.strikes) strikes.set(key, (strikes.get(key) ?? 0) + count);
  }
  return {
    schedules: reports.reduce((sum, report) => sum + report.schedules, 0),
    events: reports.reduce((sum, report) => sum + report.events, 0),
    seconds: (performance.now() - beganAt) / 1000,
    failures: reports.flatMap((report) => report.failures),
    strikes,
    fingerprints: reports.flatMap((report) => report.fingerprints),
  };
}

function ask(worker: Worker, lot: Lot): Promise<LotReport> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (report: LotReport) => {
      worker.off("error", reject);
      resolve(report);
    });
    worker.postMessage(lot);
  });
}
