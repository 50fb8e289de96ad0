import { defineConfig } from "tsup";

export default defineConfig({
  entry: { aws: "src/aws.ts", "lambda-worker": "src/aws/lambda/lambda-worker.js" },
  format: "esm",
  target: "node20",
  dts: { entry: { aws: "src/aws.ts" }, compilerOptions: { ignoreDeprecations: "6.0" } },
  clean: true,
  sourcemap: true,
});
