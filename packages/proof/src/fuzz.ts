/**
 * Feeds malformed frames to the server's transport and to the client. The last line is JSON.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { type Failure, percentileMs } from "./fuzz/fuzz-report.ts";
import { runWorkers } from "./fuzz/run-workers.ts";
import { readArguments, wholeNumber } from "./read-arguments.ts";

const USAGE = `Feeds malformed frames to the server and to the client. The last line is JSON.

  --frames N   how many (1000000)
  --seed S     what decides everything (1)
  --workers W  how many threads (2, or as many cores as there are)
  --lot L      one lot of a run again`;

const values = readArguments(USAGE, {
  frames: { type: "string", default: "1000000" },
  seed: { type: "string", default: "1" },
  workers: { type: "string", default: String(Math.min(2, availableParallelism())) },
  lot: { type: "string" },
});

const frames = wholeNumber("frames", values.frames, 1);
const seed = wholeNumber("seed", values.seed, 0);
const workers = wholeNumber("workers", values.workers, 1);
const lot = values.lot === undefined ? undefined : wholeNumber("lot", values.lot, 0);

const startedAt = performance.now();
let told = 0;
const report = await runWorkers({
  frames,
  seed,
  workers,
  lot,
  onProgress(done) {
    const tenths = Math.floor((done / frames) * 10);
    if (tenths > told && tenths < 10) console.log(`${tenths * 10} %`);
    told = Math.max(told, tenths);
  },
});
const seconds = (performance.now() - startedAt) / 1000;

for (const failure of report.listed) console.log(describeFailure(failure));
const p9999Ms = percentileMs(report, 0.9999);
console.log(
  `p50 ${percentileMs(report, 0.5)} ms, p99.99 ${p9999Ms} ms, max ${report.maxRawMs.toFixed(2)} ms; ` +
    `${report.repeated} over 5 ms a frame were repeated, the longest then took ${report.maxMs.toFixed(2)} ms a frame`,
);
const summary = {
  frames: report.frames,
  seed,
  failures: report.failures,
  framesPerSecond: Math.round(report.frames / seconds),
  maxMs: Number(report.maxMs.toFixed(2)),
  seconds: Number(seconds.toFixed(1)),
};
console.log(JSON.stringify(summary));
process.exitCode = report.failures > 0 ? 1 : 0;

function describeFailure(failure: Failure): string {
  const { what, target, connection, message, shortest } = failure;
  const again = `pnpm fuzz --frames ${frames} --seed ${seed} --lot ${failure.lot}`;
  const parts = [
    `FAILED: ${what}`,
    `  ${target}, ${connection}, message ${failure.index}: ${again}`,
  ];
  if (shortest !== undefined) parts.push(`  shortest: ${shortest}`);
  parts.push(`  message: ${message}`);
  return parts.join("\n");
}
