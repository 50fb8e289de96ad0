import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BuildOptions, build } from "esbuild";
import { median, report } from "./figures.ts";

const TIMES = 15;
const bench = "azure-coldstart";

/** What loading a module once took. */
interface Load {
  ms: number;
  cpuMs: number;
}

/** How long a fresh process takes to load a bundled handler, beside the SDK alone, bundled or not. */
export async function azureColdstart(): Promise<void> {
  const ours = await prepare("handler");
  const bundled = await prepare("sdk");
  const unbundled = await prepare("sdk", { packages: "external" }, "sdk-unbundled");
  const files = [ours, bundled, unbundled];
  const loads: Load[][] = files.map(() => []);
  for (let round = -1; round < TIMES; round++) {
    for (const turn of files.keys()) {
      // Whoever comes after a heavy one is slower, so they take turns at that, too.
      const index = (turn * (round % 2 === 0 ? 1 : 2) + round + 1) % files.length;
      const took = load(files[index]?.path ?? "");
      if (round >= 0) loads[index]?.push(took); // The first fills the caches of the disk.
    }
  }

  const middle = (index: number, key: keyof Load) =>
    median((loads[index] ?? []).map((took) => took[key]));
  for (const [index, peerName] of [
    [1, "bundle of @azure/web-pubsub"],
    [2, "@azure/web-pubsub, unbundled"],
  ] as const) {
    const common = { bench, case: "loading the bundled handler", peerName };
    report({ ...common, unit: "ms", ours: middle(0, "ms"), peer: middle(index, "ms") });
    // On a busy machine the processor's time says more than the clock's.
    report({ ...common, unit: "CPU ms", ours: middle(0, "cpuMs"), peer: middle(index, "cpuMs") });
  }
  const size = { bench, case: "size of the bundle, minified", unit: "KB", ours: ours.kb };
  report({ ...size, peer: bundled.kb, peerName: "bundle of @azure/web-pubsub" });
}

/** Bundles a module of `azure-coldstart/` as the example does. */
async function prepare(name: string, options: BuildOptions = {}, output = name) {
  const path = fileURLToPath(new URL(`../dist/azure-coldstart/${output}.mjs`, import.meta.url));
  await build({
    entryPoints: [fileURLToPath(new URL(`azure-coldstart/${name}.ts`, import.meta.url))],
    outfile: path,
    ...{ bundle: true, minify: true, legalComments: "none", platform: "node", target: "node20" },
    format: "esm",
    mainFields: ["module", "main"],
    // Some of what the SDK needs is CommonJS, and asks for Node's own modules.
    banner: {
      js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
    },
    ...options,
  });
  return { path, kb: statSync(path).size / 1000 };
}

function load(path: string): Load {
  const script = `
    const [before, cpu] = [performance.now(), process.cpuUsage()];
    await import(${JSON.stringify(pathToFileURL(path).href)});
    const { user, system } = process.cpuUsage(cpu);
    console.log(JSON.stringify({ ms: performance.now() - before, cpuMs: (user + system) / 1000 }));`;
  const args = ["--no-warnings", "--input-type=module", "-e", script];
  const env = { PATH: process.env.PATH };
  return JSON.parse(execFileSync(process.execPath, args, { env }).toString());
}
