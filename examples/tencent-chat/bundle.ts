import { join } from "node:path";
import { build } from "esbuild";
import { strToU8, zipSync } from "fflate";

/** The code of both deployments. */
export interface Bundles {
  /** One CommonJS file with `register`, `transport` and `cleanup`, as event functions want it. */
  readonly events: Uint8Array;
  /** One ES module that serves the chat on port 9000. */
  readonly web: Uint8Array;
}

/** Starts a Web Function; SCF calls it. The line ends matter, and so does that it may be executed. */
export const BOOTSTRAP = `#!/bin/bash
exec /var/lang/node20/bin/node app.mjs
`;

const EXECUTABLE = 0o100755;
const UNIX = 3;

/** Bundles each deployment's code, with everything that it imports, into one file. */
export async function bundle(): Promise<Bundles> {
  const [events, web] = await Promise.all([bundleOne("events", "cjs"), bundleOne("web", "esm")]);
  return { events, web };
}

async function bundleOne(name: string, format: "cjs" | "esm"): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "functions", `${name}.ts`)],
    write: false,
    bundle: true,
    minify: true,
    legalComments: "none",
    platform: "node",
    target: "node20",
    format,
    // An ES module has no `require`, which the SDK of COS and `ws` call for Node's own modules.
    ...(format === "esm" ? { banner: { js: REQUIRE } } : {}),
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`esbuild made nothing of ${name}`);
  return file.contents;
}

const REQUIRE = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;

/** The package of the event functions. */
export function packEventFunctions({ events }: Bundles): Uint8Array {
  return zipSync({ "index.js": events });
}

/** The package of the Web Function. */
export function packWebFunction({ web }: Bundles): Uint8Array {
  return zipSync({
    "app.mjs": web,
    scf_bootstrap: [strToU8(BOOTSTRAP), { os: UNIX, attrs: EXECUTABLE << 16 }],
  });
}
