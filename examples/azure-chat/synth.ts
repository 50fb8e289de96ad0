import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.ts";
import { appTemplate, hubTemplate } from "./infrastructure/templates.ts";

const dist = join(import.meta.dirname, "dist");

/** Bundles the functions and writes the templates to `dist`. Needs no account. */
export async function synth(): Promise<string> {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  for (const [name, template] of Object.entries({ app: appTemplate, hub: hubTemplate })) {
    writeFileSync(join(dist, `${name}.json`), JSON.stringify(template, undefined, 2));
  }
  await bundle(join(dist, "app"));
  return dist;
}

if (process.argv[1] === import.meta.filename) await synth();
