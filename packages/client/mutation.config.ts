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
    testTimeout: 500, // Time is virtual, so a test that takes longer waits for ever.
  },
});

export default config;
