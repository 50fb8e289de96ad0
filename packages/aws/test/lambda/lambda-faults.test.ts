import { once } from "node:events";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createSeededRandom } from "@hubbub/local/aws";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { startDynamo } from "../dynamo/dynamo-kit.ts";
import { chat, createChat, enter, startLambda } from "./lambda-kit.ts";

const dynamo = await startDynamo();

describe("invocations that come twice, late or out of order", { timeout: 30_000 }, () => {
  it("change nothing of what clients hear: each message once, in one order", async () => {
    const random = createSeededRandom(7);
    const { open, gateway } = await startLambda(dynamo, chat, {
      instances: 3,
      gateway: { latency: { invokeMs: [0, 20], managementMs: [0, 20] }, random },
    });
    gateway.faults.invocations = ({ requestContext: { eventType } }) =>
      eventType === "CONNECT" || random() < 0.5 ? [0, 15] : [10];
    const [ann, bob] = await Promise.all([enter(open()), enter(open())]);
    const texts = Array.from({ length: 12 }, (_, n) => `${n}`);
    await Promise.all([
      ...texts.map((text) => ann.say(`a${text}`)),
      ...texts.map((text) => bob.say(`b${text}`)),
    ]);
    await expect.poll(() => bob.heard.length, { timeout: 10_000 }).toBe(24);
    await expect.poll(() => ann.heard, { timeout: 10_000 }).toEqual(bob.heard);
    expect(new Set(ann.heard).size).toBe(24);
    expect(ann.heard.filter((text) => text.startsWith("a"))).toEqual(texts.map((n) => `a${n}`));
  });

  it("let a plain client's message in that overtakes its $connect's row", async () => {
    const plain = createChat({
      plain: {
        room: "lobby",
        receive: (text) => ({ event: "say", data: { text } }),
        render: ({ data }) => (data as { text: string }).text,
      },
    });
    const { gateway, handler, events } = await startLambda(dynamo, plain);
    const socket = new WebSocket(gateway.url);
    await once(socket, "open");
    const [connect] = events;
    const context = { ...connect?.requestContext, connectionId: "early=", eventType: "MESSAGE" };
    await handler({ requestContext: { ...context, routeKey: "$default" }, body: "first" });
    expect(
      await handler({
        ...connect,
        requestContext: { ...connect?.requestContext, connectionId: "early=" },
      }),
    ).toMatchObject({ statusCode: 200 });
    expect((await handler.hub.history("lobby")).messages).toMatchObject([
      { data: { text: "first" } },
    ]);
    expect(await handler.hub.online("lobby")).toBe(2);
    socket.terminate();
  });

  it("refuse a $connect whose $disconnect came first, however often both come", async () => {
    const { handler, events, open } = await startLambda(
      dynamo,
      createChat({ authenticate: () => ({ userId: "ann" }) }),
    );
    await enter(open({ token: "t" }));
    const [connect] = events;
    const of = (connectionId: string, eventType: string) => ({
      ...connect,
      queryStringParameters: { token: "t" },
      requestContext: { ...connect?.requestContext, connectionId, eventType },
    });
    for (let n = 0; n < 2; n++) {
      expect(await handler(of("late=", "DISCONNECT"))).toEqual({ statusCode: 200 });
      expect(await handler(of("late=", "CONNECT"))).toEqual({ statusCode: 503 });
    }
    for (let n = 0; n < 2; n++) {
      expect(await handler(of("usual=", "CONNECT"))).toMatchObject({ statusCode: 200 });
    }
    expect(await handler.hub.kick("ann")).toBe(2); // The one that is usual, and the client.
  });
});

describe("a throttled or failing callback API", { timeout: 30_000 }, () => {
  it.each([
    ["is tried again for an answer", 2],
    ["is given up at the third try, and the client asks again", 3],
  ])("%s", async (_what, failures) => {
    const { open, gateway, problems } = await startLambda(dynamo, chat);
    const ann = await enter(open());
    let left = failures;
    gateway.faults.management = () => (left-- > 0 ? { error: "limit-exceeded" } : undefined);
    await ann.say("once");
    await expect.poll(() => ann.heard).toEqual(["once"]);
    expect(problems.map(({ level }) => level)).toEqual(failures === 3 ? ["warn"] : []);
  });

  it("answers 410 for a sender who has left, and the row goes with it", async () => {
    const { open, gateway, instance, events } = await startLambda(dynamo, chat);
    await enter(open());
    gateway.faults.management = () => ({ error: "gone" });
    const handler = instance({
      clock: {
        now: () => Date.now() + 11_000,
        sleep: (ms) => new Promise((r) => void setTimeout(r, ms)),
      },
    });
    const ping = { ...events.at(-1), body: '{"type":"ping","rooms":[]}' };
    expect(await handler(ping)).toEqual({ statusCode: 200 });
    expect(await handler.hub.members("lobby")).toEqual([]);
  });

  it.each(["forbidden", "internal"] as const)(
    "says so after a %s and deletes nothing",
    async (error) => {
      const { open, gateway, handler, events, problems } = await startLambda(dynamo, chat);
      await enter(open());
      gateway.faults.management = () => ({ error });
      const ping = { ...events.at(-1), body: '{"type":"ping","rooms":[]}' };
      expect(await handler(ping)).toEqual({ statusCode: 500 });
      expect(problems).toMatchObject([{ level: "error" }]);
      expect(String(problems[0]?.details.error)).toContain(gateway.callbackUrl);
      expect(await handler.hub.members("lobby")).toHaveLength(1);
    },
  );
});

describe("a wrong set-up", { timeout: 30_000 }, () => {
  it.each([
    ["a table that is not there", { tableName: "not-there" }, /"not-there"/],
    ["an endpoint where nobody is", { endpoint: "http://127.0.0.1:9" }, /chat-\d+/],
    ["a region where nobody is", { endpoint: undefined, region: "xx-nowhere-1" }, /xx-nowhere-1/],
  ])(
    "is named: %s",
    async (_what, wrong: {
      tableName?: string;
      endpoint?: string | undefined;
      region?: string;
    }, expected) => {
      const { tableName, ...config } = wrong;
      const { base } = dynamo.connect({ maxAttempts: 1, ...(config as object) });
      const client = DynamoDBDocumentClient.from(base);
      const { gateway, problems } = await startLambda(
        dynamo,
        createChat({ authenticate: () => ({ userId: "ann" }) }),
        {
          handler: { client, ...(tableName && { tableName }) },
        },
      );
      const socket = new WebSocket(`${gateway.url}?token=t`, "hubbub.v1");
      const [, response] = await once(socket, "unexpected-response");
      expect(response.statusCode).toBe(503);
      socket.on("error", () => undefined).terminate();
      expect(problems).toHaveLength(1);
      expect(problems[0]?.message).toMatch(expected);
    },
  );
});
