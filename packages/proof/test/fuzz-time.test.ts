import { describe, expect, it } from "vitest";
import { countFrames } from "../src/fuzz/count-frames.ts";
import { createReport, type FuzzReport } from "../src/fuzz/fuzz-report.ts";
import { runLot } from "../src/fuzz/run-lot.ts";
import type { Target } from "../src/fuzz/target.ts";
import { workMs } from "../src/fuzz/work-time.ts";

describe("countFrames", () => {
  const list = (count: number) => JSON.stringify(Array.from({ length: count }, () => ({})));

  it.each([
    [list(0), 1],
    [list(1), 1],
    [list(3), 3],
    [list(32), 32],
    [list(33), 1],
    ['[{"type":"ping"},1,null,"x"]', 1],
    ["{}", 1],
    ["1", 1],
    ["[{},", 1],
  ])("reads %s as %d", (text, frames) => {
    expect(countFrames(text)).toBe(frames);
    expect(countFrames(new TextEncoder().encode(text))).toBe(frames);
  });
});

/** Runs a lot on something that needs so long for messages of three frames. */
async function runSlow(ms: number): Promise<FuzzReport> {
  const createTarget = async (): Promise<Target> => ({
    source: () => ({ type: "leave", room: "lobby" }),
    choose: () => "joined",
    async handle(message) {
      const end = workMs() + ms;
      const endOnWall = performance.now() + ms; // Work is told with a delay of up to a tick of the scheduler.
      if (countFrames(message) === 3) while (workMs() < end || performance.now() < endOnWall);
    },
    problems: async () => [],
    finish: async () => [],
  });
  const report = createReport();
  await runLot({ seed: 1, lot: 0, frames: 150, createTarget }, report);
  return report;
}

describe("the limit on time", () => {
  it("lets a message of three frames take three times as long as one", async () => {
    expect(await runSlow(8)).toMatchObject({ frames: 150, failures: 0, listed: [] });
  });

  it("does not let it take longer", { timeout: 60_000 }, async () => {
    const { listed } = await runSlow(16);
    expect(listed[0]?.what).toMatch(/^slow: \d\d\.\d\d ms for 3 frames/);
  });
});
