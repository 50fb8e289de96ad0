import { join } from "node:path";
import { build } from "esbuild";

/** The names of the functions, which are those of their files. */
export const FUNCTIONS = ["socket", "fan-out"] as const;

/**
 * Where the SDK looks for credentials when the environment has none. A function's always has them, and
 * without these there is a quarter less to load.
 */
const OTHER_CREDENTIALS = [
  "@aws-sdk/credential-provider-http",
  "@aws-sdk/credential-provider-ini",
  "@aws-sdk/credential-provider-process",
  "@aws-sdk/credential-provider-sso",
  "@aws-sdk/credential-provider-web-identity",
  "@smithy/credential-provider-imds",
];

/**
 * Bundles each function with everything that it imports into one file, `<folder>/<function>/index.mjs`.
 *
 * @param folder Where the files go.
 */
export async function bundle(folder: string): Promise<void> {
  const entries = FUNCTIONS.map((name) => ({
    in: join(import.meta.dirname, "functions", `${name}.ts`),
    out: join(name, "index"),
  }));
  await build({
    entryPoints: entries,
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    legalComments: "none",
    platform: "node",
    target: "node22",
    format: "esm",
    // ES modules first: the SDK's CommonJS is half as big again, and slower to load.
    mainFields: ["module", "main"],
    external: OTHER_CREDENTIALS,
  });
}
