/**
 * Runs schedules, replays one, or plants bugs. The last line is JSON; how far a long run is, and what
 * fails, is told on standard error meanwhile.
 *
 * @module
 */
import { GATEWAY_NAMES } from "@hubbub/testing";
import { createProgress } from "./create-progress.ts";
import { printCoverage } from "./print-coverage.ts";
import { printFailures } from "./print-failures.ts";
import { printPlanted } from "./print-planted.ts";
import { jsonObject, readArguments, refuse, wholeNumber } from "./read-arguments.ts";
import { replay } from "./replay.ts";
import { runSchedules } from "./run-schedules.ts";
import type { Schedule } from "./schedule.ts";

const USAGE = `Runs schedules of the real core and client under faults. The last line is JSON.

  --schedules N     how many (1000)
  --seed S          the seed of the first (1); alone, that one is replayed with its trace
  --coverage        show which fault struck where in core
  --twice           run all again in other workers, and compare
  --planted         plant bugs, and show which are found
  --bug NAME        one bug only, in replays as well; may be repeated
  --workers W       how many threads (as many as there are cores)

What is drawn from the seed unless it is given:

  --gateway NAME    the manners of ${GATEWAY_NAMES.join(", ")}
  --clients N, --messages N, --active-ms MS
  --faults JSON     rates by name, like {"pushLost":0.1}
  --not-aimed       aim no fault at a place that is seldom reached`;

const values = readArguments(USAGE, {
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
});

const number = (name: "schedules" | "seed" | "clients" | "messages" | "active-ms" | "workers") => {
  const text = values[name];
  return text === undefined ? undefined : wholeNumber(name, text, name === "seed" ? 0 : 1);
};
const optional = <K extends string, V>(key: K, value: V | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };

const gateway = GATEWAY_NAMES.find((name) => name === values.gateway);
if (values.gateway !== undefined && !gateway) {
  refuse(`--gateway must be one of ${GATEWAY_NAMES.join(", ")}, got ${values.gateway}`);
}
const seed = number("seed");
const schedule: Omit<Schedule, "seed"> = {
  ...optional("gateway", gateway),
  ...optional("clients", number("clients")),
  ...optional("messages", number("messages")),
  ...optional("activeMs", number("active-ms")),
  ...optional(
    "faults",
    values.faults === undefined ? undefined : jsonObject("faults", values.faults),
  ),
  ...(values["not-aimed"] ? { aimed: false } : {}),
};
const schedules = number("schedules") ?? (values.planted || seed === undefined ? 1000 : 1);
const bugs = values.bug ?? [];
const common = {
  schedules,
  seed: seed ?? 1,
  schedule,
  ...optional("workers", number("workers")),
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
