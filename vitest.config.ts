import { defineConfig } from "vitest/config";
import { LeftOutReporter } from "./test/left-out-reporter.ts";

export default defineConfig({
  test: {
    projects: ["packages/*", "examples/*"],
    reporters: ["default", "json", new LeftOutReporter()],
    outputFile: { json: "coverage/tests.json" },
    coverage: { include: ["packages/*/src/**/*.ts"] },
  },
});
