import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLocalWebFunction } from "@hubbub/local/tencent";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { enter } from "./web-function-kit.ts";

const BOOTSTRAP = `#!/bin/bash
cd "$(dirname "$0")" || exit 1
exec "$NODE" app.js
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "web-function-"));
});

afterAll(() => rm(folder, { recursive: true }));

/** Bundles the app into a folder as it is uploaded. */
async function pack(format: "esm" | "cjs") {
  const { metafile, outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../fixtures/web-function-app.ts", import.meta.url))],
    ...{ bundle: true, minify: true, platform: "node", target: "node20", format },
    ...{ metafile: true, write: false },
    // ws is CommonJS and asks for Node's own modules.
    ...(format === "esm" && {
      banner: {
        js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
      },
    }),
  });
  const [file] = outputFiles;
  const package_ = JSON.stringify({ type: format === "esm" ? "module" : "commonjs" });
  await writeFile(join(folder, "package.json"), package_);
  await writeFile(join(folder, "app.js"), file?.contents ?? "");
  await writeFile(join(folder, "scf_bootstrap"), BOOTSTRAP, { mode: 0o755 });
  return { inputs: Object.keys(metafile.inputs), bytes: file?.contents.length ?? 0 };
}

// A process may take long to start on a busy machine.
describe.each(["esm", "cjs"] as const)("a function packed as %s", { timeout: 30_000 }, (format) => {
  it("is small, without the SDK of COS, and runs by scf_bootstrap until it is stopped", async () => {
    const { inputs, bytes } = await pack(format);
    expect(inputs.some((path) => path.includes("/ws/"))).toBe(true);
    expect(inputs.filter((path) => /cos-nodejs|\/cos-|ioredis/.test(path))).toEqual([]);
    expect(bytes).toBeLessThan(700_000);

    const fn = await createLocalWebFunction({
      server: { command: [join(folder, "scf_bootstrap")], env: { NODE: process.execPath } },
      ...{ maxConcurrency: 100, idleTimeoutMs: 60_000 },
    });
    onTestFinished(() => fn.close());
    const [ann, bob] = [await enter(fn.url), await enter(fn.url)];
    ann.send({ type: "publish", room: "lobby", event: "say", data: { text: "hi" }, mid: "m1" });
    const { epoch, head } = await ann.wait(({ type }) => type === "reset");
    const say = { type: "publish", room: "lobby", event: "say", data: { text: "hi" }, mid: "m1" };
    ann.send({ ...say, epoch, after: head });
    await bob.wait(({ type }) => type === "message");

    await fn.stopInstance(1);
    for (const client of [ann, bob]) {
      await client.wait(({ type, code }) => type === "bye" && code === 1000);
      expect((await client.closed).code).toBe(1000);
    }
    expect(fn.invocations().map(({ status }) => status)).toEqual([200, 200]);
    expect(fn.instances()).toEqual([]);
  });
});
