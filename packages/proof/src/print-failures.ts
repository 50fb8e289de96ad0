import type { RunReport } from "./run-schedules.ts";
import { runSchedule, type Schedule } from "./schedule.ts";
import { shrink } from "./shrink.ts";

const SHOWN = 5;
const LINES = 25;

/** Prints the first failures, made small, each with the end of its trace and how to see it again. */
export async function printFailures({ failures }: RunReport): Promise<void> {
  for (const failure of failures.slice(0, SHOWN)) {
    const { schedule, violations, events } = await shrink(failure, runSchedule);
    console.log(`\nseed ${schedule.seed} breaks a promise:`);
    for (const { guarantee, message } of violations.slice(0, 3)) {
      console.log(`  ${guarantee}: ${message}`);
    }
    if (events === 0) continue;
    const lines: string[] = [];
    await runSchedule(schedule, { onTrace: (line) => void lines.push(line) });
    const at = lines.findIndex((line) => line.startsWith("VIOLATION"));
    for (const line of lines.slice(Math.max(0, at - LINES), at + 1)) {
      console.log(`  ${line.slice(0, 200)}`);
    }
    console.log(`  again: pnpm simulate ${argumentsOf(schedule)}`);
  }
  const left = failures.length - SHOWN;
  if (left > 0) console.log(`\n${left} more: seeds ${seedsOf(failures.slice(SHOWN))}`);
}

function seedsOf(failures: RunReport["failures"]): string {
  return failures
    .map(({ schedule }) => schedule.seed)
    .slice(0, 50)
    .join(" ");
}

/** The command line that runs a schedule. */
function argumentsOf(schedule: Schedule): string {
  const { seed, gateway, clients, messages, activeMs, faults, aimed } = schedule;
  const given = Object.entries({ seed, gateway, clients, messages, "active-ms": activeMs });
  const parts = given.flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${value}`],
  );
  const struck = Object.entries(faults ?? {}).filter(([, rate]) => rate > 0);
  if (faults) parts.push(`--faults '${JSON.stringify(Object.fromEntries(struck))}'`);
  if (aimed === false) parts.push("--not-aimed");
  return parts.join(" ");
}
