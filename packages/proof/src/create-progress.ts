import type { LotReport } from "./schedule-worker.ts";

const EVERY_MS = 60_000;

/**
 * Tells of a long run while it goes: what fails, at once, and once a minute how far it is.
 *
 * @param total How many schedules there are.
 * @param write Where to. It is not the standard output, whose last line is the summary.
 * @param now The time in milliseconds.
 * @returns What to call with each lot that has ended.
 */
export function createProgress(
  total: number,
  write: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
  now: () => number = () => performance.now(),
): (lot: LotReport) => void {
  const beganAt = now();
  let toldAt = beganAt;
  let done = 0;
  let failed = 0;
  return ({ schedules, failures }) => {
    done += schedules;
    failed += failures.length;
    for (const { schedule, violations } of failures) {
      write(`seed ${schedule.seed} breaks ${violations[0]?.guarantee}: ${violations[0]?.message}`);
    }
    if (now() - toldAt < EVERY_MS || done >= total) return;
    toldAt = now();
    const perSecond = (done * 1000) / (now() - beganAt);
    const minutes = Math.ceil((total - done) / perSecond / 60);
    const speed = Math.round(perSecond);
    write(`${done} of ${total}, ${failed} failed, ${speed} a second, ${minutes} min to go`);
  };
}
