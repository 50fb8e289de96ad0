import { FAULT_NAMES } from "@hubbub/testing";
import type { Schedule, ScheduleReport } from "./schedule.ts";

/**
 * Makes a failing schedule smaller as long as it breaks the same guarantee: fewer faults, clients,
 * messages, and less time.
 *
 * @param failed What failed.
 * @param run Runs a schedule.
 * @returns The smallest that was found to fail.
 */
export async function shrink(
  failed: ScheduleReport,
  run: (schedule: Schedule) => Promise<ScheduleReport>,
): Promise<ScheduleReport> {
  if (failed.events === 0) return failed; // One that never ends would not end here, either.
  const guarantee = failed.violations[0]?.guarantee;
  let best = failed;

  /** Keeps a change if it fails in the same way. */
  async function attempt(change: Partial<Schedule>): Promise<boolean> {
    const report = await run({ ...best.schedule, ...change });
    const isSame = report.violations.some((violation) => violation.guarantee === guarantee);
    if (isSame) best = report;
    return isSame;
  }
  async function first(changes: readonly Partial<Schedule>[]): Promise<void> {
    for (const change of changes) if (await attempt(change)) return;
  }

  await attempt({ aimed: false });
  for (const name of [...FAULT_NAMES, "socketCuts", "logLosses", "skewMs"] as const) {
    if (best.faults[name] > 0) await attempt({ faults: { ...best.faults, [name]: 0 } });
  }
  await first([1, 2].map((clients) => ({ clients })));
  await first([1, 2, 4].map((messages) => ({ messages })));
  await first([5000, 10_000].map((activeMs) => ({ activeMs })));
  return best;
}
