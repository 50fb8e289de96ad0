import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BuildOptions, build } from "esbuild";
import { median, report } from "./figures.ts";

/** A module to load. */
export interface ColdStartModule {
  /** The file in `<bench>/`, without its ending. */
  name: string;
  /** What differs from how an example is bundled. */
  options?: BuildOptions;
  /** As the figures call it; ours has none. */
  peerName?: string;
}

/** What loading a module once took. */
interface Load {
  ms: number;
  cpuMs: number;
}

/**
 * Prints how long fresh processes take to load our bundled handler, the first module, beside each other one,
 * and the size of our bundle beside that of the second.
 *
 * @param bench The name of the benchmark, and of the folder with the modules.
 * @param rounds How often each is loaded; the median counts.
 * @param environment What else the processes have in their environment.
 */
export async function reportColdStarts(
  bench: string,
  modules: readonly ColdStartModule[],
  rounds: number,
  environment: Record<string, string> = {},
): Promise<void> {
  const files = [];
  for (const [index, module] of modules.entries()) files.push(await prepare(bench, module, index));
  const loads: Load[][] = files.map(() => []);
  for (let round = -1; round < rounds; round++) {
    for (const turn of files.keys()) {
      // Whoever comes after a heavy one is slower, so they take turns at that, too.
      const index = (turn * (round % 2 === 0 ? 1 : 2) + round + 1) % files.length;
      const took = load(files[index]?.path ?? "", environment);
      if (round >= 0) loads[index]?.push(took); // The first fills the caches of the disk.
    }
  }

  const middle = (index: number, key: keyof Load) =>
    median((loads[index] ?? []).map((took) => took[key]));
  for (const [index, { peerName }] of modules.entries()) {
    if (!peerName) continue;
    const common = { bench, case: "loading the bundled handler", peerName };
    report({ ...common, unit: "ms", ours: middle(0, "ms"), peer: middle(index, "ms") });
    // On a busy machine the processor's time says more than the clock's.
    report({ ...common, unit: "CPU ms", ours: middle(0, "cpuMs"), peer: middle(index, "cpuMs") });
  }
  const [ours = 0, peer = 0] = files.map(({ kb }) => kb);
  const size = { bench, case: "size of the bundle, minified", unit: "KB" };
  report({ ...size, ours, peer, peerName: modules[1]?.peerName ?? null });
}

/** Bundles a module as the examples do: one file, with ES modules first. */
async function prepare(bench: string, { name, options }: ColdStartModule, index: number) {
  const path = fileURLToPath(new URL(`../dist/${bench}/${index}-${name}.mjs`, import.meta.url));
  await build({
    entryPoints: [fileURLToPath(new URL(`${bench}/${name}.ts`, import.meta.url))],
    outfile: path,
    ...{ bundle: true, minify: true, legalComments: "none", platform: "node", target: "node20" },
    format: "esm",
    mainFields: ["module", "main"],
    ...options,
  });
  return { path, kb: statSync(path).size / 1000 };
}

function load(path: string, environment: Record<string, string>): Load {
  const script = `
    const [before, cpu] = [performance.now(), process.cpuUsage()];
    await import(${JSON.stringify(pathToFileURL(path).href)});
    const { user, system } = process.cpuUsage(cpu);
    console.log(JSON.stringify({ ms: performance.now() - before, cpuMs: (user + system) / 1000 }));`;
  const args = ["--no-warnings", "--input-type=module", "-e", script];
  const env = { PATH: process.env.PATH, ...environment };
  return JSON.parse(execFileSync(process.execPath, args, { env }).toString());
}
