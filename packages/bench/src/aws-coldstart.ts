import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BuildOptions, build } from "esbuild";
import { median, report } from "./figures.ts";

const TIMES = 24;
/** What `examples/aws-chat/bundle.ts` leaves out. */
const external = ["http", "ini", "process", "sso", "web-identity"]
  .map((name) => `@aws-sdk/credential-provider-${name}`)
  .concat("@smithy/credential-provider-imds");

/** What loading a module once took. */
interface Load {
  ms: number;
  cpuMs: number;
}

/** How long a fresh process takes to load a bundled function, beside the SDK alone and an unbundled one. */
export async function awsColdstart(): Promise<void> {
  const ours = await prepare("handler", { external });
  const dynamodb = await prepare("dynamodb");
  const unbundled = await prepare("sdk-handler", { packages: "external" });
  const files = [ours, dynamodb, unbundled];
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
  const bench = "aws-coldstart";
  for (const [index, peerName] of [
    [1, "bundle of client-dynamodb"],
    [2, "unbundled handler on the SDKs"],
  ] as const) {
    const common = { bench, case: "loading the bundled handler", peerName };
    report({ ...common, unit: "ms", ours: middle(0, "ms"), peer: middle(index, "ms") });
    // On a busy machine the processor's time says more than the clock's.
    report({ ...common, unit: "CPU ms", ours: middle(0, "cpuMs"), peer: middle(index, "cpuMs") });
  }
  const size = { bench, case: "size of the bundle, minified", unit: "KB", ours: ours.kb };
  report({ ...size, peer: dynamodb.kb, peerName: "bundle of client-dynamodb" });
}

/** Bundles a module of `aws-coldstart/` as the example does, one file with ES modules first. */
async function prepare(name: string, options: BuildOptions = {}) {
  const path = fileURLToPath(new URL(`../dist/aws-coldstart/${name}.mjs`, import.meta.url));
  await build({
    entryPoints: [fileURLToPath(new URL(`aws-coldstart/${name}.ts`, import.meta.url))],
    outfile: path,
    bundle: true,
    minify: true,
    legalComments: "none",
    platform: "node",
    target: "node20",
    format: "esm",
    mainFields: ["module", "main"],
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
  const env = { PATH: process.env.PATH, AWS_REGION: "us-east-1" };
  const args = ["--no-warnings", "--input-type=module", "-e", script];
  return JSON.parse(execFileSync(process.execPath, args, { env }).toString());
}
