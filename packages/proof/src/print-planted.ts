import type { PlantedBug } from "./planted/planted-bug.ts";
import { PLANTED } from "./planted.ts";
import { type RunOptions, runSchedules } from "./run-schedules.ts";

/** How a bug fared. */
interface Finding {
  readonly bug: PlantedBug;
  /** How many seeds it took; undefined if it was not found. */
  readonly first: number | undefined;
  readonly share: number;
  readonly guarantee: string;
}

const SHARE_OF = 200; // Seeds that show how often a bug is found.

/**
 * Plants each bug, and prints after how many seeds it was found and in which share of them.
 *
 * @returns Whether all were found.
 */
export async function printPlanted(
  options: RunOptions & { names: readonly string[] },
): Promise<boolean> {
  const { names, ...common } = options;
  const findings: Finding[] = [];
  console.log(`${"bug".padEnd(32)} ${"breaks".padEnd(24)} found  first  share  by`);
  for (const bug of PLANTED) {
    if (names.length > 0 && !names.includes(bug.name)) continue;
    const finding = await lookFor(bug, common);
    findings.push(finding);
    const { first, share, guarantee } = finding;
    const row = [bug.name.padEnd(32), bug.breaks.padEnd(24), first ? "yes  " : "NO   "];
    console.log(
      `${row.join(" ")} ${String(first ?? "-").padStart(6)} ${percent(share)}  ${guarantee}`,
    );
  }
  const found = findings.flatMap(({ first }) => first ?? []).sort((a, b) => a - b);
  const median = found[Math.floor(found.length / 2)];
  const summary = { planted: findings.length, found: found.length, median, worst: found.at(-1) };
  console.log(JSON.stringify({ ...summary, most: common.schedules }));
  return found.length === findings.length;
}

/** Looks how often a bug is found in some seeds, and if it is not, in which further one. */
async function lookFor(bug: PlantedBug, common: RunOptions): Promise<Finding> {
  const { seed = 1, schedules } = common;
  const few = Math.min(SHARE_OF, schedules);
  const sample = await runSchedules({ ...plantIn(bug, common), schedules: few });
  const share = sample.failures.length / few;
  const rest = { ...common, seed: seed + few, schedules: schedules - few };
  const report = share > 0 || few === schedules ? sample : await stopAt(bug, rest);
  const [failure] = report.failures;
  const first = failure && failure.schedule.seed - seed + 1;
  return { bug, first, share, guarantee: failure?.violations[0]?.guarantee ?? "" };
}

/** How many seeds it takes to find a bug; Infinity if all are not enough. */
export async function findPlanted(bug: PlantedBug, options: RunOptions): Promise<number> {
  const { failures } = await stopAt(bug, options);
  const found = failures[0]?.schedule.seed ?? Number.POSITIVE_INFINITY;
  return found - (options.seed ?? 1) + 1;
}

const stopAt = (bug: PlantedBug, options: RunOptions) =>
  runSchedules({ ...plantIn(bug, options), stopAtFirst: true });

function plantIn({ edits, gateway }: PlantedBug, options: RunOptions): RunOptions {
  const schedule = { ...(gateway ? { gateway } : {}), ...options.schedule };
  return { ...options, edits, schedule };
}

const percent = (share: number) => `${(share * 100).toFixed(1)}%`.padStart(6);
