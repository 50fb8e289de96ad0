import { defineConfig, type ViteUserConfig } from "vitest/config";
import { LeftOutReporter } from "./test/left-out-reporter.ts";

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      "packages/*",
      "examples/*",
      { test: { name: "root", include: ["test/**/*.test.ts"] } },
    ],
    reporters: ["default", "json", new LeftOutReporter()],
    outputFile: { json: "coverage/tests.json" },
    coverage: { include: ["packages/*/src/**/*.ts"] },
  },
});

export default config;
