import { mkdirSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";

/**
 * Bundles the functions with everything that they import into one file, and adds what the host reads.
 *
 * @param folder What is deployed.
 * @returns The modules that were left out, Node's own aside.
 */
export async function bundle(folder: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [join(import.meta.dirname, "functions", "app.ts")],
    outfile: join(folder, "app.mjs"),
    ...{ bundle: true, metafile: true },
    minify: true,
    legalComments: "none",
    platform: "node",
    target: "node22",
    format: "esm",
    // ES modules first: the SDK's CommonJS is bigger, and slower to load.
    mainFields: ["module", "main"],
    external: ["@azure/functions-core"], // The host brings it.
    // Some of what is bundled is CommonJS, and asks for Node's own modules.
    banner: {
      js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
    },
  });
  mkdirSync(folder, { recursive: true });
  const json = (name: string, value: object) =>
    writeFileSync(join(folder, name), JSON.stringify(value, undefined, 2));
  json("package.json", { type: "module", main: "app.mjs" });
  json("host.json", {
    version: "2.0",
    extensions: { http: { routePrefix: "api" } },
    logging: { applicationInsights: { samplingSettings: { isEnabled: true } } },
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  const external = imports.filter((each) => each.external).map(({ path }) => path);
  return [...new Set(external.filter((path) => !isBuiltin(path)))];
}
