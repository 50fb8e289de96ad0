import { describe, expect, it } from "vitest";
import { CALL_SITES } from "../src/draw-aim.ts";
import { printFailures } from "../src/print-failures.ts";
import { runSchedules } from "../src/run-schedules.ts";
import { runSchedule } from "../src/schedule.ts";
import { shrink } from "../src/shrink.ts";

const SCHEDULES = 20_000;
const MINUTES = 60_000;
const LEAST = 100; // Strikes of a fault on a call from one place.

describe("the delivery contract", () => {
  it(`holds in ${SCHEDULES} schedules, in which every fault strikes every call of core to the outside`, {
    timeout: 40 * MINUTES,
  }, async () => {
    const report = await runSchedules({ schedules: SCHEDULES, coverage: true });
    await printFailures(report);
    expect(report.failures.map(({ schedule }) => schedule.seed)).toEqual([]);
    expect(report.schedules).toBe(SCHEDULES);
    const rare = CALL_SITES.flatMap(({ site, faults }) =>
      faults.flatMap((fault) => {
        const count = report.strikes.get(`${site} ${fault}`) ?? 0;
        return count < LEAST ? [`${site} ${fault}: ${count}`] : [];
      }),
    );
    expect(rare).toEqual([]);
    const places = new Set([...report.strikes.keys()].map((key) => key.replace(/ \w+$/, "")));
    const core = [...places].filter((place) => !place.startsWith("pushAnswers "));
    expect(core.sort()).toEqual(CALL_SITES.map(({ site }) => site).sort());
  });

  it("is broken, or not, the same way again in other processes", { timeout: MINUTES }, async () => {
    const [first, again] = await Promise.all([
      runSchedules({ schedules: 200, seed: 5000 }),
      runSchedules({ schedules: 200, seed: 5000, workers: 1 }),
    ]);
    expect(first.fingerprints).toHaveLength(200);
    expect(new Set(first.fingerprints).size).toBeGreaterThan(190);
    expect(first.fingerprints).toEqual(again.fingerprints);
  });
});

describe("a schedule", () => {
  it("that never ends is named, and ends nothing but its lot", { timeout: MINUTES }, async () => {
    const file = "testing/src/simulation/workload.ts";
    const find = "const { plan, clock, random } = world;\n  const joinedBy";
    const edit = { file, find, replace: `while (world.plan.seed === 103) {}\n  ${find}` };
    const report = await runSchedules({ schedules: 201, edits: [edit], hungMs: 6000, workers: 2 });
    const named = report.failures.map(({ schedule, violations }) => [schedule.seed, violations]);
    expect(named).toEqual([[103, [{ guarantee: "G6", message: "it never ends" }]]]);
    expect(report.schedules).toBe(100 + 3 + 1);
  });

  it("is made small as long as it fails in the same way", async () => {
    // Stands for a chat that fails as soon as pushes get lost, whatever else happens.
    const run: typeof runSchedule = async (schedule) => {
      const report = await runSchedule({ ...schedule, activeMs: 2000 });
      const lost = { guarantee: "G4", message: "lost" };
      return { ...report, schedule, violations: report.faults.pushLost > 0 ? [lost] : [] };
    };
    const faults = { pushLost: 0.2, replyLost: 0.2, socketCuts: 2, skewMs: 1000 };
    const failed = await run({ seed: 7, faults });
    const { schedule, faults: left } = await shrink(failed, run);
    expect(Object.entries(left).filter(([, rate]) => rate > 0)).toEqual([["pushLost", 0.2]]);
    expect(schedule).toMatchObject({
      seed: 7,
      clients: 1,
      messages: 1,
      activeMs: 5000,
      aimed: false,
    });
  });
});
