import { fileURLToPath } from "node:url";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const source = (file: string): string => fileURLToPath(new URL(`src/${file}`, import.meta.url));

/** What the mutants of core are tested with: its own tests, and the contracts of its memory backend. */
const config: ViteUserConfig = defineConfig({
  resolve: {
    // The links in node_modules lead out of the copy that is mutated.
    alias: [
      { find: /^@hubbub\/core$/, replacement: source("index.ts") },
      { find: /^@hubbub\/core\/(memory|slots)$/, replacement: source("$1.ts") },
    ],
  },
  test: {
    include: [
      "packages/core/test/**/*.test.ts",
      "packages/testing/test/{memory-backend,room-log-contract}.test.ts",
    ],
    // The first reads the text of a source, and a mutated one has another; the others take too long.
    exclude: ["packages/core/test/protocol.test.ts", "packages/core/test/properties/**"],
    fileParallelism: false,
    isolate: false,
    // What waits for ever is ended by the runner; this limit is for what works for ever. On a machine that is
    // busy with other work two seconds were too few: tests that were only slow counted as mutants found.
    testTimeout: 20_000,
    runner: fileURLToPath(new URL("mutation-runner.ts", import.meta.url)),
    setupFiles: [fileURLToPath(new URL("mutation-setup.ts", import.meta.url))],
  },
});

export default config;
