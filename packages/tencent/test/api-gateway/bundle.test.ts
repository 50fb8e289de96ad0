import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createLocalCos,
  createLocalFunction,
  createLocalTencentGateway,
  type LocalFunction,
} from "@hubbub/local/tencent";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";

const NAMES = ["register", "transport", "cleanup"] as const;
let folder: string;
let bundle: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "api-gateway-"));
  bundle = join(folder, "index.cjs");
  await build({
    entryPoints: [fileURLToPath(new URL("../fixtures/api-gateway-app.ts", import.meta.url))],
    ...{ outfile: bundle, bundle: true, platform: "node", target: "node20", format: "cjs" },
    logLevel: "error",
  });
}, 60_000);

afterAll(() => rm(folder, { recursive: true }));

/** Opens a socket, and keeps what comes. */
async function connect(url: string) {
  const socket = new WebSocket(url);
  onTestFinished(() => socket.terminate());
  const lines: string[] = [];
  socket.on("message", (data) => lines.push(String(data)));
  await new Promise((resolve) => socket.once("open", resolve));
  return { socket, lines };
}

describe("the functions, bundled to one CommonJS file", { timeout: 60_000 }, () => {
  it("are a chat, each in frozen instances of its own", async () => {
    const cos = await createLocalCos({
      credentials: [{ secretId: "AKIDEXAMPLE", secretKey: "SECRETEXAMPLE" }],
    });
    onTestFinished(() => cos.close());
    const functions = new Map<string, LocalFunction>();
    const invoke =
      (name: string) => (event: unknown, context: { getRemainingTimeInMillis(): number }) =>
        functions.get(name)?.handler(event, context);
    const [register, transport, cleanup] = NAMES.map(invoke);
    if (!register || !transport || !cleanup) throw new Error("there are three functions");
    const gateway = await createLocalTencentGateway({
      ...{ register, transport, cleanup, functionTimeoutMs: 30_000 },
    });
    onTestFinished(() => gateway.close());
    const env = {
      PUSH_URL: gateway.pushUrl,
      COS_DOMAIN: cos.url,
      TENCENTCLOUD_SECRETID: "AKIDEXAMPLE",
      TENCENTCLOUD_SECRETKEY: "SECRETEXAMPLE",
    };
    for (const exportName of NAMES) {
      const fn = createLocalFunction({ module: bundle, exportName, env, timeoutMs: 30_000 });
      functions.set(exportName, fn);
      onTestFinished(() => fn.close());
    }

    const [ann, bob] = [await connect(gateway.url), await connect(gateway.url)];
    ann.socket.send("hi");
    await expect.poll(() => bob.lines, { timeout: 20_000 }).toEqual(["hi(===Online people:2===)"]);
    await gateway.idle();
    bob.socket.send("hello"); // The instance has stood still since.
    await expect
      .poll(() => ann.lines, { timeout: 20_000 })
      .toEqual(["hello(===Online people:2===)"]);
    bob.socket.close();
    await expect.poll(() => gateway.counts.cleanup, { timeout: 20_000 }).toBe(1);
    await gateway.idle();
    const cem = await connect(gateway.url);
    cem.socket.send("bye");
    await expect.poll(() => ann.lines[1], { timeout: 20_000 }).toBe("bye(===Online people:2===)");
    expect(gateway.counts).toMatchObject({ failures: 0, cuts: 0, pushErrors: 0 });
  });
});
