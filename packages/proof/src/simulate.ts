/**
 * Runs schedules: `--schedules N --seed S`, with `--gateway NAME` and `--clients`, `--messages`,
 * `--active-ms`, `--faults JSON` and `--not-aimed` to fix what is drawn from the seed. With `--seed`
 * alone, one is replayed with its trace. `--planted [NAME]` plants bugs, `--coverage` shows which fault
 * struck where, `--twice` runs all again and compares. The last line is JSON; how far a long run is, and
 * what fails, is told on standard error meanwhile.
 *
 * @module
 */
import { parseArgs } from "node:util";
import type { GatewayName } from "@hubbub/testing";
import { createProgress } from "./create-progress.ts";
import { printCoverage } from "./print-coverage.ts";
import { printFailures } from "./print-failures.ts";
import { printPlanted } from "./print-planted.ts";
import { replay } from "./replay.ts";
import { runSchedules } from "./run-schedules.ts";
import type { Schedule } from "./schedule.ts";

const { values } = parseArgs({
  options: {
    schedules: { type: "string" },
    seed: { type: "string" },
    gateway: { type: "string" },
    clients: { type: "string" },
    messages: { type: "string" },
    "active-ms": { type: "string" },
    faults: { type: "string" },
    "not-aimed": { type: "boolean", default: false },
    planted: { type: "boolean", default: false },
    bug: { type: "string", multiple: true },
    coverage: { type: "boolean", default: false },
    twice: { type: "boolean", default: false },
    workers: { type: "string" },
  },
});

const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const optional = <K extends string, V>(key: K, value: V | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };

const seed = number(values.seed);
const schedule: Omit<Schedule, "seed"> = {
  ...optional("gateway", values.gateway as GatewayName | undefined),
  ...optional("clients", number(values.clients)),
  ...optional("messages", number(values.messages)),
  ...optional("activeMs", number(values["active-ms"])),
  ...optional("faults", values.faults === undefined ? undefined : JSON.parse(values.faults)),
  ...(values["not-aimed"] ? { aimed: false } : {}),
};
const schedules = number(values.schedules) ?? (values.planted || seed === undefined ? 1000 : 1);
const bugs = values.bug ?? [];
const common = {
  schedules,
  seed: seed ?? 1,
  schedule,
  ...optional("workers", number(values.workers)),
};

if (values.planted) {
  process.exitCode = (await printPlanted({ ...common, names: bugs })) ? 0 : 1;
} else if (schedules === 1 && seed !== undefined) {
  process.exitCode = (await replay({ ...schedule, seed }, bugs)) ? 0 : 1;
} else {
  const report = await runSchedules({
    ...common,
    coverage: values.coverage,
    onLot: createProgress(schedules),
  });
  await printFailures(report);
  if (values.coverage) printCoverage(report);
  const differences = values.twice ? await compare(report.fingerprints) : undefined;
  const { seconds, cpuSeconds, events, failures } = report;
  const rounded = {
    seconds: Math.round(seconds * 10) / 10,
    perSecond: Math.round(report.schedules / seconds),
    cpuSeconds: Math.round(cpuSeconds * 10) / 10,
    perCpuSecond: Math.round(report.schedules / cpuSeconds),
    cpuMicrosPerEvent: Math.round((cpuSeconds * 1e7) / events) / 10,
  };
  const summary = {
    schedules: report.schedules,
    seed: common.seed,
    violations: failures.length,
    events,
    ...rounded,
  };
  console.log(JSON.stringify({ ...summary, ...optional("differences", differences) }));
  process.exitCode = failures.length > 0 || (differences ?? 0) > 0 ? 1 : 0;
}

/** Runs everything once more, in other workers, and counts what was not the same. */
async function compare(fingerprints: readonly string[]): Promise<number> {
  const again = await runSchedules({ ...common, onLot: createProgress(schedules) });
  return fingerprints.filter((one, index) => one !== again.fingerprints[index]).length;
}
