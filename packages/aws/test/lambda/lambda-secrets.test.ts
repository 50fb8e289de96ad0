import { once } from "node:events";
import { createJsonLogger } from "@hubbub/core/adapter";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";
import { startDynamo } from "../dynamo/dynamo-kit.ts";
import { createChat, enter, startLambda } from "./lambda-kit.ts";

const dynamo = await startDynamo();
const credentials = {
  ...{ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "CANARY-secret" },
  sessionToken: "CANARY-session",
};
const TOKEN = "CANARY-token";
const TEXT = "CANARY-text";

const definition = createChat({
  authenticate({ token }) {
    if (token !== TOKEN) throw new Error(`no user has ${token}`);
    return { userId: "ann" };
  },
});

/** A chat whose function logs as it does on AWS, and the lines that it has logged. */
async function start(options: Parameters<typeof startLambda>[2] = {}) {
  const lines: string[] = [];
  const add = (line: string) => void lines.push(line);
  const { base } = dynamo.connect({ credentials, maxAttempts: 1 });
  onTestFinished(() => base.destroy());
  const kit = await startLambda(dynamo, definition, {
    ...options,
    handler: {
      ...{ credentials, logger: createJsonLogger({ error: add, warn: add }) },
      ...options.handler,
    },
    gateway: { credentials },
  });
  return { ...kit, lines };
}

const connect = async (url: string, token: string) => {
  const offered = ["hubbub.v1", `hubbub.token.${Buffer.from(token).toString("base64url")}`];
  const socket = new WebSocket(url, offered).on("error", () => undefined);
  onTestFinished(() => socket.terminate());
  const [, response] = await once(socket, "unexpected-response");
  return response.statusCode;
};

describe("what goes wrong", { timeout: 20_000 }, () => {
  it.each(["forbidden", "internal", "limit-exceeded"] as const)(
    "with a push (%s) is logged without secrets and without what was said",
    async (error) => {
      const { open, gateway, lines } = await start();
      const ann = await enter(open({ token: TOKEN }));
      gateway.faults.management = () => ({ error });
      ann.say(TEXT).catch(() => undefined); // Nobody can tell her.
      await expect.poll(() => lines.length, { timeout: 10_000 }).toBeGreaterThan(0);
      gateway.faults.management = () => undefined;
      await expect.poll(() => ann.heard, { timeout: 10_000 }).toEqual([TEXT]);
      expect(lines.join("\n")).not.toMatch(/CANARY/);
    },
  );

  it("with the queue is logged without them", async () => {
    vi.stubEnv("AWS_REGION", "us-east-1");
    onTestFinished(() => void vi.unstubAllEnvs());
    const handler = { queueUrl: "http://127.0.0.1:9/000000000000/jobs", fanOutAbove: 1 };
    const { open, lines } = await start({ handler });
    const [ann] = [await enter(open({ token: TOKEN })), await enter(open({ token: TOKEN }))];
    await ann.say(TEXT);
    await expect.poll(() => lines.length, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(lines.join("\n")).not.toMatch(/CANARY/);
  });

  it("with the table is logged without them", async () => {
    const { gateway, lines } = await start({ handler: { tableName: "not-there" } });
    expect(await connect(gateway.url, TOKEN)).toBe(503);
    expect(lines).toHaveLength(1);
    expect(lines.join("\n")).not.toMatch(/CANARY/);
  });

  it("with a token is logged without it, and nothing is asked of the table", async () => {
    const { gateway, lines, meter } = await start();
    const before = meter.counts();
    expect(await connect(gateway.url, "CANARY-other")).toBe(401);
    expect(meter.counts()).toEqual(before);
    expect(lines.join("\n")).not.toMatch(/CANARY|Q0FOQVJZ/); // Nor as it was sent.
  });
});
