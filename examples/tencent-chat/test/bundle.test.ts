import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { createClient, type WebSocketConstructor } from "@hubbub/client";
import { createLocalCos, createLocalWebFunction, type LocalCos } from "@hubbub/local/tencent";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { missing, NO_REDIS, useRedis } from "../../../packages/redis/test/redis-server.ts";
import { bundle, packEventFunctions, packWebFunction } from "../bundle.ts";
import type { chat } from "../chat.ts";

const BUCKET = "hubbub-chat-1250000000";
const keys = { secretId: "AKIDTEMPORARY", secretKey: "temporary", sessionToken: "token" };
const folder = mkdtempSync(join(tmpdir(), "tencent-chat-"));
let cos: LocalCos;

beforeAll(async () => {
  const bundles = await bundle();
  // Each deployment as SCF unpacks it, in a folder without any package.
  for (const zip of [packEventFunctions(bundles), packWebFunction(bundles)]) {
    for (const [name, bytes] of Object.entries(unzipSync(zip))) {
      writeFileSync(join(folder, name), bytes);
    }
  }
}, 60_000);

beforeEach(async () => {
  cos = await createLocalCos({
    buckets: { [BUCKET]: {} },
    credentials: [{ ...keys, securityToken: keys.sessionToken }],
  });
  return () => cos.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

const environment = () => ({
  BUCKET,
  REGION: "ap-guangzhou",
  PREFIX: "hubbub/",
  ORIGINS: "null",
  COS_DOMAIN: cos.domain,
});

describe("the event functions' bundle", { timeout: 30_000 }, () => {
  it("is one CommonJS file whose handlers let a client in and answer it", async () => {
    const pushed: unknown[] = [];
    const gateway = createServer(async (request, response) => {
      pushed.push(JSON.parse(await text(request)));
      response.end(JSON.stringify({ errNo: 0, errMsg: "ok" }));
    }).listen(0, "127.0.0.1");
    await once(gateway, "listening");
    const secConnectionID = "/xawexasdfewezdfsdfeasd+ffa==";
    const register = {
      requestContext: { serviceName: "testsvc", path: "/chat", stage: "release" },
      websocket: { action: "connecting", secConnectionID, secWebSocketProtocol: "hubbub.v1" },
    };
    const data = JSON.stringify([
      { type: "hello", session: "0123456789abcdef" },
      { type: "join", room: "lobby" },
    ]);
    const transport = {
      websocket: { action: "data send", secConnectionID, dataType: "text", data },
    };
    const cleanup = { websocket: { action: "closing", secConnectionID } };
    const script = `
      const handlers = require("./index.js");
      (async () => {
        const answers = [];
        for (const [name, event] of ${JSON.stringify([
          ["register", register],
          ["transport", transport],
          ["cleanup", cleanup],
        ])}) answers.push(await handlers[name](event, { time_limit_in_ms: 30000 }));
        process.stdout.write(JSON.stringify(answers));
        process.exit(0);
      })();`;
    const { port } = gateway.address() as AddressInfo;
    const env = {
      ...environment(),
      PUSH_URL: `http://127.0.0.1:${port}/api-abcd1234`,
      TENCENTCLOUD_SECRETID: keys.secretId,
      TENCENTCLOUD_SECRETKEY: keys.secretKey,
      TENCENTCLOUD_SESSIONTOKEN: keys.sessionToken,
    };
    const args = ["--no-warnings", "-e", script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env });
    gateway.closeAllConnections();
    gateway.close();
    expect(JSON.parse(stdout)).toMatchObject([
      { errNo: 0, websocket: { action: "connecting", secWebSocketProtocol: "hubbub.v1" } },
      {},
      {},
    ]);
    const frames = pushed.flatMap((each) => {
      const { websocket } = each as { websocket: { secConnectionID: string; data: string } };
      expect(websocket).toMatchObject({ action: "data send", secConnectionID, dataType: "text" });
      return JSON.parse(websocket.data) as object[];
    });
    expect(frames).toContainEqual(expect.objectContaining({ type: "welcome" }));
    expect(frames).toContainEqual(expect.objectContaining({ type: "joined", room: "lobby" }));
    expect(cos.keys(BUCKET).every((key) => key.startsWith("hubbub/"))).toBe(true);
  });
});

describe("the Web Function's bundle", { timeout: 30_000 }, () => {
  it("serves two clients with the keys of its role, and has in COS what they said", async () => {
    const platform = await createLocalWebFunction({
      server: { command: [process.execPath, "app.mjs"], cwd: folder, env: webEnvironment() },
      maxConcurrency: 100,
      idleTimeoutMs: 600_000,
      keys: () => keys,
    });
    const client = () =>
      createClient<typeof chat>({
        url: platform.url,
        WebSocket: WebSocket as WebSocketConstructor,
      });
    const [ada, bob] = [client(), client()];
    const heard = new Promise<unknown>((resolve) => {
      bob.join("lobby", { last: 10 }).on("message", ({ data }) => resolve(data));
    });
    const ack = await ada.join("lobby").publish("say", { text: "Hello, Bob" });
    expect(ack).toMatchObject({ seq: 1, dup: false });
    expect(await heard).toEqual({ text: "Hello, Bob" });
    await Promise.all([ada.close(), bob.close()]);
    await platform.close();

    expect(cos.keys(BUCKET).length).toBeGreaterThan(0);
    expect(cos.requests.filter(({ status }) => status === 403)).toEqual([]);
  });
});

describe("several instances of the Web Function", { timeout: 60_000 }, () => {
  it("are one chat over Redis, and lose nothing acked when one is killed", async (context) => {
    context.skip(missing, NO_REDIS);
    const { url } = await useRedis("--appendonly", "yes", "--appendfsync", "always");
    const platform = await createLocalWebFunction({
      server: {
        ...{ command: [process.execPath, "app.mjs"], cwd: folder },
        env: { ...webEnvironment(), REDIS_URL: url },
      },
      maxConcurrency: 1, // An instance for each connection.
      idleTimeoutMs: 600_000,
      keys: () => keys,
      logger: { error() {} },
    });
    onTestFinished(() => platform.close());
    const enter = () => {
      const client = createClient<typeof chat>({
        url: platform.url,
        WebSocket: WebSocket as WebSocketConstructor,
      });
      onTestFinished(() => client.close());
      const room = client.join("lobby", { last: 10 });
      const heard: string[] = [];
      room.on("message", ({ data }) => void heard.push(data.text));
      return { room, heard };
    };
    const [ada, bob] = [enter(), enter()];
    await Promise.all([ada.room.joined, bob.room.joined]);
    const first = platform.instances();
    expect(first).toHaveLength(2);
    await ada.room.publish("say", { text: "1" });
    await bob.room.publish("say", { text: "2" });
    const underWay = [
      ada.room.publish("say", { text: "3" }),
      bob.room.publish("say", { text: "4" }),
    ];
    for (const { id } of first) await platform.killInstance(id);
    const seqs = (await Promise.all(underWay)).map(({ seq }) => seq).sort();
    expect(seqs).toEqual([3, 4]);
    await expect.poll(() => bob.heard, { timeout: 20_000 }).toHaveLength(4);
    await expect.poll(() => ada.heard, { timeout: 20_000 }).toEqual(bob.heard);
    expect(bob.heard.slice(0, 2)).toEqual(["1", "2"]);
    expect(platform.instances().map(({ id }) => id)).not.toContain(first[0]?.id);
    expect(cos.requests).toEqual([]);
  });
});

const webEnvironment = () => ({
  ...environment(),
  TIMEOUT_MS: "7200000",
  IDLE_TIMEOUT_MS: "600000",
});
