import { parentPort } from "node:worker_threads";
import { noteCallSite } from "./note-call-site.ts";
import { runSchedule, type Schedule, type ScheduleReport } from "./schedule.ts";

/** A lot of schedules to run, one seed after the other. */
export interface Lot {
  readonly from: number;
  readonly count: number;
  readonly schedule: Omit<Schedule, "seed">;
  /** Whether to tell which faults struck where. */
  readonly coverage: boolean;
  /** Whether to end with the first violation. */
  readonly stopAtFirst: boolean;
  /** Shared: the first number is how many schedules have been begun. */
  readonly begun: Int32Array;
}

/** What a lot showed. */
export interface LotReport {
  readonly schedules: number;
  readonly events: number;
  readonly failures: readonly ScheduleReport[];
  /** How often each fault struck each place, by `place fault`. */
  readonly strikes: ReadonlyMap<string, number>;
  /** The fingerprints, by seed. */
  readonly fingerprints: readonly string[];
}

const rejections: string[] = [];
process.on("unhandledRejection", (error) => {
  rejections.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
});

async function runLot(lot: Lot): Promise<LotReport> {
  const { from, count, schedule, coverage, stopAtFirst, begun } = lot;
  const failures: ScheduleReport[] = [];
  const strikes = new Map<string, number>();
  const fingerprints: string[] = [];
  const onFault = (_point: string, fault: string, site = "?") => {
    const key = `${site} ${fault}`;
    strikes.set(key, (strikes.get(key) ?? 0) + 1);
  };
  Error.stackTraceLimit = 0; // Stacks cost more than anything else about an error.
  let events = 0;
  let schedules = 0;
  while (schedules < count && !(stopAtFirst && failures.length > 0)) {
    const seed = from + schedules++;
    Atomics.store(begun, 0, schedules);
    const report = await runSchedule(
      { ...schedule, seed },
      coverage ? { onFault, siteOf: noteCallSite } : {},
    );
    await new Promise((resolve) => setImmediate(resolve)); // Rejections are told only then.
    const unhandled = rejections.splice(0).map((message) => ({ guarantee: "G9", message }));
    const violations = [...report.violations, ...unhandled];
    if (violations.length > 0) failures.push({ ...report, violations });
    events += report.events;
    fingerprints.push(report.fingerprint);
  }
  return { schedules, events, failures, strikes, fingerprints };
}

parentPort?.on("message", async (lot: Lot) => {
  parentPort?.postMessage(await runLot(lot));
});
