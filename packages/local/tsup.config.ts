import { defineConfig } from "tsup";

export default defineConfig({
  entry: {
    aws: "src/aws.ts",
    azure: "src/azure.ts",
    tencent: "src/tencent.ts",
    hubbub: "src/hubbub.ts",
    "function-worker": "src/shared/function-worker.js",
  },
  format: "esm",
  target: "node20",
  dts: {
    entry: { aws: "src/aws.ts", azure: "src/azure.ts", tencent: "src/tencent.ts" },
    compilerOptions: { ignoreDeprecations: "6.0" },
  },
  clean: true,
  sourcemap: true,
});
