import { defineConfig } from "tsup";

export default defineConfig({
  entry: ["src/index.ts", "src/contracts.ts"],
  format: "esm",
  target: "node20",
  dts: { compilerOptions: { ignoreDeprecations: "6.0" } },
  clean: true,
  sourcemap: true,
  external: ["vitest"], // an optional peer of the contracts; suites only register in the user's own copy
});
