import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createClient } from "@hubbub/client";
import { createLocalApiGateway, createLocalFunction, type LocalFunction } from "@hubbub/local/aws";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { createDynamoConnectionStore } from "../../src/index.ts";
import { startDynamo } from "../dynamo/dynamo-kit.ts";
import { type chat, enter } from "./lambda-kit.ts";

const dynamo = await startDynamo();
let folder = "";
let module = "";

/** A gateway in front of a function whose instances freeze. */
async function start(routeResponse: boolean) {
  const tableName = await dynamo.createTable();
  let local: LocalFunction | undefined;
  const handle = (event: unknown, context: Parameters<LocalFunction["handler"]>[1]) =>
    local?.handler(event, context);
  const gateway = await createLocalApiGateway({
    routes: { $connect: handle, $default: { handler: handle, routeResponse }, $disconnect: handle },
  });
  local = createLocalFunction({
    module,
    env: {
      TABLE: tableName,
      TEST_DYNAMO: dynamo.endpoint,
      TEST_CALLBACK: gateway.callbackUrl,
      TEST_ROUTE_RESPONSE: String(routeResponse),
      NODE_NO_WARNINGS: "1",
    },
  });
  onTestFinished(async () => {
    await gateway.close();
    await local?.close();
  });
  const open = () => {
    const client = createClient<typeof chat>({ url: gateway.url, WebSocket, backoffMaxMs: 50 });
    onTestFinished(() => client.close());
    return client;
  };
  const { client } = dynamo;
  const store = createDynamoConnectionStore({ client, tableName, clock: { now: Date.now, sleep } });
  return { open, local, store };
}

describe("a function that stands still once it has answered", { timeout: 30_000 }, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "hubbub-frozen-"));
    module = join(folder, "function.cjs");
    await build({
      entryPoints: [fileURLToPath(new URL("frozen-function.ts", import.meta.url))],
      ...{ outfile: module, bundle: true, platform: "node", format: "cjs", target: "node20" },
      ...{ mainFields: ["module", "main"], logLevel: "error" },
    });
  }, 30_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([false, true])(
    "has finished its pushes and hooks by then (routeResponse %s)",
    async (on) => {
      const { open, local, store } = await start(on);
      const [ann, bob] = await Promise.all([enter(open()), enter(open())]);
      await ann.say("ask");
      // Nobody says anything now: no later invocation thaws what was left.
      await expect.poll(() => bob.heard, { timeout: 5000 }).toEqual(["ask", "answer"]);
      await expect.poll(() => ann.heard, { timeout: 5000 }).toEqual(["ask", "answer"]);
      expect(await store.count("lobby")).toBe(2);
      expect(local.environments()).toBeGreaterThan(0);
    },
  );
});
