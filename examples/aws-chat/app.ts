import { rmSync } from "node:fs";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { bundle } from "./bundle.ts";
import { ChatStack } from "./stack/chat-stack.ts";

// Bundles the functions and writes all that the CLI deploys to `dist/assembly`. Needs no account.
const dist = join(import.meta.dirname, "dist");
rmSync(dist, { recursive: true, force: true });
const functions = join(dist, "functions");
await bundle(functions);

const app = new App({ outdir: join(dist, "assembly") });
new ChatStack(app, "hubbub-chat", {
  code: {
    socket: Code.fromAsset(join(functions, "socket")),
    fanOut: Code.fromAsset(join(functions, "fan-out")),
  },
  origins: (process.env.ORIGINS ?? "http://localhost:4000,null").split(","),
});
app.synth();
