import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle, FUNCTIONS } from "../bundle.ts";
import { startLocalTable } from "./local-table.ts";

const folder = mkdtempSync(join(tmpdir(), "aws-chat-"));
const dynamo = await startLocalTable();
/** What was posted to the connection. */
const posts: string[] = [];
const callbackApi = createServer(async (request, response) => {
  posts.push(await text(request));
  response.end();
}).listen(0, "127.0.0.1");
await once(callbackApi, "listening");
const connectionId = "L0SM9cOFvHcCIhw=";
const requestContext = {
  ...{ connectionId, apiId: "abcd1234", stage: "prod" },
  domainName: "abcd1234.execute-api.us-east-1.amazonaws.com",
};
const environment: Record<string, string> = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  DYNAMODB_ENDPOINT: dynamo.endpoint,
  TABLE_NAME: "hubbub-chat",
  CALLBACK_URL: `http://127.0.0.1:${(callbackApi.address() as AddressInfo).port}/prod`,
  QUEUE_URL: "https://sqs.us-east-1.amazonaws.com/123456789012/jobs",
  ORIGINS: "https://chat.example, null",
  SHARDS: "8",
  MAXIMUM_CONCURRENCY: "2",
  PUSHES_PER_SECOND: "7000",
};

beforeAll(async () => {
  await bundle(folder);
  await dynamo.create("hubbub-chat");
}, 60_000);

afterAll(() => {
  dynamo.close();
  callbackApi.close();
  rmSync(folder, { recursive: true });
});

/** Loads a bundled function in a fresh process, as Lambda does, and invokes it with one event after the other. */
async function invoke(name: (typeof FUNCTIONS)[number], events: object[]): Promise<unknown[]> {
  const script = `
    const { handler } = await import(${JSON.stringify(pathToFileURL(join(folder, name, "index.mjs")).href)});
    const answers = [];
    for (const event of ${JSON.stringify(events)}) answers.push(await handler(event));
    handler.close();
    process.stdout.write(JSON.stringify(answers));`;
  const args = ["--no-warnings", "--input-type=module", "-e", script];
  const env = { ...environment, PATH: process.env.PATH };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout);
}

const connect = (origin: string) => ({
  headers: { Origin: origin, "Sec-WebSocket-Protocol": "hubbub.v1" },
  requestContext: { ...requestContext, routeKey: "$connect", eventType: "CONNECT" },
});
const message = (frames: object[]) => ({
  body: JSON.stringify(frames),
  requestContext: { ...requestContext, routeKey: "$default", eventType: "MESSAGE" },
});

describe("a bundled function", { timeout: 30_000 }, () => {
  it.each(FUNCTIONS)("is one file: %s", (name) => {
    expect(readdirSync(join(folder, name))).toEqual(["index.mjs"]);
    const imports = readFileSync(join(folder, name, "index.mjs"), "utf8").matchAll(
      /(?:^|[;\s])import\s*(?:[\w$*{][^"';]*from\s*)?"([^"]+)"/g,
    );
    const modules = new Set([...imports].map(([, specifier]) => specifier));
    expect(modules.size).toBeGreaterThan(0);
    for (const specifier of modules) expect(specifier).toMatch(/^node:|^[a-z_]+$/); // Node's own.
  });

  it("lets a client in, and answers it", async () => {
    const [connected, answered] = await invoke("socket", [
      connect("https://chat.example"),
      message([
        { type: "hello", session: "0123456789abcdef" },
        { type: "join", room: "lobby" },
      ]),
    ]);
    expect(connected).toEqual({
      statusCode: 200,
      headers: { "Sec-WebSocket-Protocol": "hubbub.v1" },
    });
    expect(answered).toMatchObject({ statusCode: 200 });
    // On the route response; as pushes by a machine so slow that all else has not settled by then.
    const answers = [...posts, Object(answered).body ?? "[]"];
    const frames = answers.flatMap((each) => JSON.parse(each));
    expect(frames).toContainEqual(
      expect.objectContaining({ type: "welcome", heartbeatMs: 60_000 }),
    );
    expect(frames).toContainEqual(expect.objectContaining({ type: "joined", room: "lobby" }));
    expect(frames).toContainEqual(expect.objectContaining({ type: "presence", online: 1 }));
    expect(posts.length).toBeGreaterThan(0); // Presence is a push, signed and sent.
  });

  it("refuses pages of another origin", async () => {
    expect(await invoke("socket", [connect("https://evil.example")])).toEqual([
      { statusCode: 403 },
    ]);
  });

  it("works on the queue's jobs", async () => {
    const Records = [
      { messageId: "1", body: "no job" },
      { messageId: "2", body: JSON.stringify({ room: "lobby", epoch: "none", seq: 1 }) },
    ];
    expect(await invoke("fan-out", [{ Records }])).toEqual([{ batchItemFailures: [] }]);
  });
});
