import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { median, report } from "./figures.ts";

const TIMES = 9;

/** How long a fresh process takes to import the built core: what it adds to a function's cold start. */
export async function importTime(): Promise<void> {
  const url = new URL("../../core/dist/index.js", import.meta.url);
  if (!existsSync(url)) {
    console.error("import-time is left out: core is not built (pnpm build)");
    return;
  }
  const script = `
    const before = performance.now();
    await import(${JSON.stringify(url.href)});
    console.log(performance.now() - before);`;
  const times = Array.from({ length: TIMES }, () =>
    Number(execFileSync(process.execPath, ["--input-type=module", "-e", script]).toString()),
  );
  const common = { bench: "import-time", peer: null, peerName: null };
  report({ ...common, case: "@hubbub/core, built", unit: "ms", ours: median(times) });
}
