import { fillFaults } from "@hubbub/testing";
import { expect, it } from "vitest";
import { createProgress } from "../src/create-progress.ts";
import type { LotReport } from "../src/schedule-worker.ts";

it("tells of a failure at once, and once a minute how far it is", () => {
  const lines: string[] = [];
  let now = 5000;
  const tell = createProgress(
    1000,
    (line) => void lines.push(line),
    () => now,
  );
  const violations = [{ guarantee: "G4", message: "a hole" }];
  const failure = { schedule: { seed: 17 }, violations, events: 1, fingerprint: "" };
  const lot: LotReport = {
    ...{ schedules: 100, events: 1, failures: [], strikes: new Map(), fingerprints: [] },
  };
  now += 59_000;
  tell({ ...lot, failures: [{ ...failure, faults: fillFaults({}) }] });
  expect(lines).toEqual(["seed 17 breaks G4: a hole"]);
  now += 1000;
  for (let more = 0; more < 3; more++) tell(lot);
  expect(lines.slice(1)).toEqual(["200 of 1000, 1 failed, 3 a second, 4 min to go"]);
  now += 60_000;
  tell({ ...lot, schedules: 600 });
  expect(lines).toHaveLength(2);
});
