import { describe, expect, it } from "vitest";
import { bundleWorker } from "../src/bundle-worker.ts";
import { PLANTED } from "../src/planted.ts";
import { findPlanted } from "../src/print-planted.ts";

const MOST = 1000;

describe("the checker", () => {
  it("is shown to fail by at least 40 bugs, each with a name of its own", () => {
    expect(new Set(PLANTED.map(({ name }) => name)).size).toBe(PLANTED.length);
    expect(PLANTED.length).toBeGreaterThanOrEqual(40);
  });

  it.each(PLANTED.map((bug) => [bug.name, bug] as const))(
    "finds %s",
    { timeout: 300_000 },
    async (_name, bug) => {
      expect(await findPlanted(bug, { schedules: MOST })).toBeLessThanOrEqual(MOST);
    },
  );

  it("plants nothing where a bug no longer fits the source", async () => {
    const edit = { file: "core/src/publish.ts", find: "no such text", replace: "" };
    await expect(bundleWorker("schedule-worker.ts", [edit])).rejects.toThrow("0 times");
    const elsewhere = { file: "core/src/never.ts", find: "", replace: "" };
    await expect(bundleWorker("schedule-worker.ts", [elsewhere])).rejects.toThrow("never.ts");
  });
});
