import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { createReport, type FuzzReport, mergeReport } from "./fuzz-report.ts";
import type { WorkerTask } from "./fuzz-worker.ts";

/** What to run on how many threads. */
export interface RunOptions {
  readonly frames: number;
  readonly seed: number;
  readonly workers: number;
  /** One lot of the run, to see its failures again. (Default: all) */
  readonly lot?: number | undefined;
  /** Told how many messages are done, now and then. */
  readonly onProgress?: (frames: number) => void;
}

const LOT_SIZE = 2_000;
const STACK_MB = 1; // As the main thread has it; with the 4 of a worker, recursion goes four times as deep.

/**
 * Runs lots of messages on worker threads. Bundled once: loading TypeScript in each thread takes longer.
 *
 * @returns The report of all of them.
 */
export async function runWorkers(options: RunOptions): Promise<FuzzReport> {
  const folder = await mkdtemp(join(tmpdir(), "hubbub-fuzz-"));
  try {
    const file = join(folder, "fuzz-worker.mjs");
    await build({
      entryPoints: [fileURLToPath(new URL("fuzz-worker.ts", import.meta.url))],
      outfile: file,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      logLevel: "error",
    });
    return await runAll(file, options);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runAll(file: string, options: RunOptions): Promise<FuzzReport> {
  const { frames, seed, lot, onProgress } = options;
  const lots = Math.ceil(frames / LOT_SIZE);
  const workers = lot === undefined ? Math.min(options.workers, lots) : 1;
  const done: number[] = new Array(workers).fill(0);
  const report = createReport();
  const reports = await Promise.all(
    done.map((_, index) => {
      const range = lot === undefined ? { first: index, end: lots } : { first: lot, end: lot + 1 };
      const task = { seed, frames, lotSize: LOT_SIZE, step: workers, ...range };
      return runWorker(file, task, (count) => {
        done[index] = count;
        onProgress?.(done.reduce((sum, one) => sum + one, 0));
      });
    }),
  );
  for (const one of reports) mergeReport(report, one);
  return report;
}

function runWorker(
  file: string,
  task: WorkerTask,
  onDone: (frames: number) => void,
): Promise<FuzzReport> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, {
      workerData: task,
      resourceLimits: { stackSizeMb: STACK_MB },
    });
    worker.on("message", (message: { done: number } | { report: FuzzReport }) => {
      if ("report" in message) resolve(message.report);
      else onDone(message.done);
    });
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`a worker ended with ${code} before its report`)));
  });
}
