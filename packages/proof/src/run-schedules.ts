import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { fillFaults } from "@hubbub/testing";
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
  /** How long a schedule may go round without any time passing, in milliseconds. (Default: 120,000) */
  readonly hungMs?: number;
  /** Called with each lot that has ended, in no order. */
  readonly onLot?: (lot: LotReport) => void;
}

/** What all runs showed. */
export interface RunReport {
  readonly schedules: number;
  readonly events: number;
  readonly seconds: number;
  /** What all cores together worked, in seconds: other programs on the machine do not change it much. */
  readonly cpuSeconds: number;
  /** By seed. */
  readonly failures: readonly ScheduleReport[];
  readonly strikes: ReadonlyMap<string, number>;
  readonly fingerprints: readonly string[];
}

const LOT = 100;
const YOUNG_MB = 96; // A schedule's garbage dies young if there is room for it.

/** Runs schedules on all cores; each worker takes the next lot of seeds as soon as it is free. */
export async function runSchedules(options: RunOptions): Promise<RunReport> {
  const { schedules, seed = 1, schedule = {}, edits = [], coverage = false } = options;
  const {
    workers = availableParallelism(),
    stopAtFirst = false,
    onLot,
    hungMs = 120_000,
  } = options;
  const code = await bundleWorker("schedule-worker.ts", edits);
  const beganAt = performance.now();
  const usedBefore = process.cpuUsage();
  const reports: LotReport[] = [];
  let next = 0;

  const start = () =>
    new Worker(code, { eval: true, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });

  async function work(): Promise<void> {
    let worker = start();
    while (next < schedules) {
      const index = next;
      next += LOT;
      const count = Math.min(LOT, schedules - index);
      const begun = new Int32Array(new SharedArrayBuffer(4));
      const lot: Lot = { from: seed + index, count, schedule, coverage, stopAtFirst, begun };
      const report = await ask(worker, lot, hungMs);
      const shown = report ?? hung(lot);
      reports[index / LOT] = shown;
      onLot?.(shown);
      if (!report) {
        await worker.terminate();
        worker = start();
      }
      if (stopAtFirst && shown.failures.length > 0) next = schedules;
    }
    await worker.terminate();
  }
  await Promise.all(Array.from({ length: Math.min(workers, Math.ceil(schedules / LOT)) }, work));
  const used = process.cpuUsage(usedBefore);
  const strikes = new Map<string, number>();
  for (const report of reports) {
    for (const [key, count] of report.strikes) strikes.set(key, (strikes.get(key) ?? 0) + count);
  }
  return {
    schedules: reports.reduce((sum, report) => sum + report.schedules, 0),
    events: reports.reduce((sum, report) => sum + report.events, 0),
    seconds: (performance.now() - beganAt) / 1000,
    cpuSeconds: (used.user + used.system) / 1e6,
    failures: reports.flatMap((report) => report.failures),
    strikes,
    fingerprints: reports.flatMap((report) => report.fingerprints),
  };
}

/** Waits for a lot; undefined if one of its schedules never ends. */
function ask(worker: Worker, lot: Lot, hungMs: number): Promise<LotReport | undefined> {
  return new Promise((resolve, reject) => {
    const finish = (report?: LotReport) => {
      clearInterval(timer);
      worker.off("error", reject);
      worker.off("message", finish);
      resolve(report);
    };
    let before = 0;
    const timer = setInterval(() => {
      const begun = Atomics.load(lot.begun, 0);
      if (begun === before) finish();
      before = begun;
    }, hungMs);
    worker.on("error", reject);
    worker.on("message", finish);
    worker.postMessage(lot);
  });
}

/** Stands for a lot in which a schedule goes round for ever without any time passing. */
function hung({ from, schedule, begun }: Lot): LotReport {
  const schedules = Atomics.load(begun, 0);
  const violations = [{ guarantee: "G6", message: "it never ends" }];
  const hanging = { ...schedule, seed: from + schedules - 1 };
  const failure = { schedule: hanging, violations, events: 0, fingerprint: "" };
  const failures = [{ ...failure, faults: fillFaults({}) }];
  return { schedules, events: 0, failures, strikes: new Map(), fingerprints: [] };
}
