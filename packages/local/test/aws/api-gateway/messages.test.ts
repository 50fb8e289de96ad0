import { describe, expect, it } from "vitest";
import type { WebSocketMessageEvent } from "../../../src/aws.ts";
import { connect, createTestClock, ok, startGateway } from "../../kit.ts";

const reply = (text: string) => ({ statusCode: 200, body: text });
/** Answers with the route and the body. */
const echo = {
  handler: async ({ requestContext, body }: WebSocketMessageEvent) =>
    reply(`${requestContext.routeKey} ${body}`),
  routeResponse: true,
};

describe("a message", () => {
  it("reaches $default without headers and without a query", async () => {
    const events: WebSocketMessageEvent[] = [];
    const clock = createTestClock(Date.UTC(2026, 1, 22, 19, 7, 37));
    const handler = async (event: WebSocketMessageEvent) => {
      events.push(event);
      return reply("");
    };
    const gateway = await startGateway({
      ...{ clock, apiId: "abcd1234", domainName: "chat.example.com", stage: "v1" },
      routes: { $default: handler },
    });
    const { ws } = await connect(`${gateway.url}?a=b`, [], { headers: { "User-Agent": "x" } });
    await clock.advance(1000);
    ws.send("héllo");
    while (events.length === 0) await new Promise(setImmediate);
    const requestId = events[0]?.requestContext.requestId;
    expect(events[0]).toEqual({
      requestContext: {
        routeKey: "$default",
        messageId: expect.stringMatching(/^[\w-]{15}=$/),
        eventType: "MESSAGE",
        extendedRequestId: requestId,
        requestTime: "22/Feb/2026:19:07:38 +0000",
        messageDirection: "IN",
        stage: "v1",
        connectedAt: clock.now() - 1000,
        requestTimeEpoch: clock.now(),
        identity: { sourceIp: "127.0.0.1" },
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        domainName: "chat.example.com",
        connectionId: gateway.connections()[0],
        apiId: "abcd1234",
      },
      body: "héllo",
      isBase64Encoded: false,
    });
  });

  it.each([
    ['{"action":"join"}', "join"],
    ['{"action":"toString"}', "$default"],
    ['{"action":"$connect"}', "$default"],
    ['{"action":"$disconnect"}', "$default"],
    ['{"action":7}', "$default"],
    ['{"other":"join"}', "$default"],
    ["join", "$default"],
    ["[]", "$default"],
    ["null", "$default"],
    ["", "$default"],
  ])("%s goes to the route %s", async (text, route) => {
    const gateway = await startGateway({
      routes: { join: echo, $default: echo, $connect: ok, $disconnect: echo },
    });
    const { ws, next } = await connect(gateway.url);
    ws.send(text);
    expect(await next()).toBe(`${route} ${text}`);
  });

  it("names its route by a path of one's own", async () => {
    const gateway = await startGateway({
      routeSelectionExpression: "$request.body.meta.type",
      routes: { say: echo, $default: echo },
    });
    const { ws, next } = await connect(gateway.url);
    ws.send('{"meta":{"type":"say"}}');
    expect(await next()).toBe('say {"meta":{"type":"say"}}');
    ws.send('{"type":"say"}');
    expect(await next()).toBe('$default {"type":"say"}');
  });

  it("names no route by what every object has", async () => {
    const gateway = await startGateway({
      routeSelectionExpression: "$request.body.constructor.name",
      routes: { Object: echo, $default: echo },
    });
    const { ws, next } = await connect(gateway.url);
    ws.send("{}");
    expect(await next()).toBe("$default {}");
  });

  it("is answered with Forbidden where no route takes it", async () => {
    const gateway = await startGateway({ routes: { join: echo } });
    const { ws, nextJson } = await connect(gateway.url);
    ws.send("hi");
    expect(await nextJson()).toEqual({
      message: "Forbidden",
      connectionId: gateway.connections()[0],
      requestId: expect.any(String),
    });
  });

  it.each([
    ["throws", () => Promise.reject(new Error("boom"))],
    ["answers nothing", async () => undefined],
    ["answers more than 128 KB", async () => reply("x".repeat(128 * 1024 + 1))],
  ])("is answered with Internal server error when its handler %s", async (_name, handler) => {
    const gateway = await startGateway({ routes: { $default: { handler, routeResponse: true } } });
    const { ws, nextJson } = await connect(gateway.url);
    ws.send("hi");
    expect(await nextJson()).toEqual({
      message: "Internal server error",
      connectionId: gateway.connections()[0],
      requestId: expect.any(String),
    });
    expect(ws.readyState).toBe(ws.OPEN);
  });

  it("is answered with a time-out after 29 seconds", async () => {
    const clock = createTestClock();
    let called = false;
    const gateway = await startGateway({
      clock,
      routes: {
        $default: () => {
          called = true;
          return new Promise(() => undefined);
        },
      },
    });
    const { ws, nextJson } = await connect(gateway.url);
    ws.send("hi");
    while (!called) await new Promise(setImmediate);
    await clock.advance(29_000);
    expect((await nextJson()).message).toBe("Endpoint request timed out");
  });

  it("gets its handler's body back only with a route response, whatever the status", async () => {
    const handler = async ({ body }: WebSocketMessageEvent) => ({ statusCode: 500, body });
    const gateway = await startGateway({
      routes: { quiet: { handler }, loud: { handler, routeResponse: true } },
    });
    const { ws, next } = await connect(gateway.url);
    ws.send('{"action":"quiet"}');
    await gateway.idle();
    ws.send('{"action":"loud"}');
    expect(await next()).toBe('{"action":"loud"}');
  });

  it("is handled beside the others: none waits for the one before", async () => {
    const ends = new Map<string, () => void>();
    const handler = async ({ body }: WebSocketMessageEvent) => {
      await new Promise<void>((resolve) => ends.set(body, resolve));
      return reply(body);
    };
    const gateway = await startGateway({ routes: { $default: { handler, routeResponse: true } } });
    const { ws, next } = await connect(gateway.url);
    ws.send("first");
    ws.send("second");
    while (ends.size < 2) await new Promise(setImmediate);
    ends.get("second")?.();
    expect(await next()).toBe("second");
    ends.get("first")?.();
    expect(await next()).toBe("first");
  });
});
