import { expect, it } from "vitest";
import { runSeed } from "./chaos/run.ts";

const SEEDS = 200;
const LINES = 40;

it(`keeps the promises of the protocol in ${SEEDS} worlds of faults`, {
  timeout: 120_000,
}, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const problems = await runSeed(seed);
    if (problems.length === 0) continue;
    const lines: string[] = [];
    await runSeed(seed, lines); // The same seed does the same.
    expect.fail([`seed ${seed}`, ...problems, ...lines.slice(-LINES)].join("\n"));
  }
});
