import { fileURLToPath } from "node:url";
import { defineConfig, type ViteUserConfig } from "vitest/config";

/** What the mutants of the client are tested with: its own tests, without those that draw lots. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ["packages/client/test/**/*.test.ts"],
    exclude: ["packages/client/test/properties/**"],
    fileParallelism: false,
    isolate: false,
    setupFiles: [fileURLToPath(new URL("../core/mutation-setup.ts", import.meta.url))],
    runner: fileURLToPath(new URL("../core/mutation-runner.ts", import.meta.url)),
    testTimeout: 20_000,
  },
});

export default config;
