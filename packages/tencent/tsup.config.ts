import { defineConfig } from "tsup";

export default defineConfig({
  entry: ["src/api-gateway.ts", "src/cos.ts", "src/web-function.ts"],
  format: "esm",
  target: "node20",
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
  clean: true,
  sourcemap: true,
});
