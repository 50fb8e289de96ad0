import { once } from "node:events";
import { createConnection } from "node:net";
import { describe, expect, it } from "vitest";
import type { WebSocketConnectEvent } from "../../../src/aws.ts";
import { connect, createTestClock, ok, refused, startGateway } from "../../kit.ts";

describe("$connect", () => {
  it("shows the handler the upgrade request as API Gateway does", async () => {
    const events: WebSocketConnectEvent[] = [];
    const clock = createTestClock(Date.UTC(2026, 1, 22, 19, 7, 37));
    const gateway = await startGateway({
      ...{ clock, apiId: "abcd1234", domainName: "chat.example.com" },
      routes: {
        $connect: async (event: WebSocketConnectEvent) => {
          events.push(event);
          return { statusCode: 200 };
        },
      },
    });
    await connect(`${gateway.url}?room=r1&tag=a&tag=b%20c`, [], {
      headers: { Origin: "https://evil.example", "User-Agent": "Mozilla/5.0" },
      finishRequest(request) {
        request.setHeader("X-Twice", ["1", "2"]);
        request.end();
      },
    });
    const [event] = events;
    const id = event?.requestContext.connectionId;
    expect(event?.requestContext).toEqual({
      routeKey: "$connect",
      eventType: "CONNECT",
      extendedRequestId: event?.requestContext.requestId,
      requestTime: "22/Feb/2026:19:07:37 +0000",
      messageDirection: "IN",
      stage: "prod",
      connectedAt: clock.now(),
      requestTimeEpoch: clock.now(),
      identity: { sourceIp: "127.0.0.1", userAgent: "Mozilla/5.0" },
      requestId: expect.stringMatching(/^[\w-]{15}=$/),
      domainName: "chat.example.com",
      connectionId: expect.stringMatching(/^[\w-]{15}=$/),
      apiId: "abcd1234",
    });
    expect(event?.isBase64Encoded).toBe(false);
    expect(event?.headers).toMatchObject({
      Host: `127.0.0.1:${gateway.port}`,
      Origin: "https://evil.example", // Passed on, not judged.
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": expect.any(String),
      "X-Forwarded-For": "127.0.0.1",
      "X-Forwarded-Port": String(gateway.port),
      "X-Forwarded-Proto": "http",
      "X-Amzn-Trace-Id": expect.stringMatching(/^Root=1-699b53f9-[0-9a-f]{24}$/),
      "X-Twice": "2",
    });
    expect(event?.multiValueHeaders["X-Twice"]).toEqual(["1", "2"]);
    expect(Object.keys(event?.headers ?? {})).not.toContain("Connection");
    expect(Object.keys(event?.headers ?? {})).not.toContain("Upgrade");
    expect(event?.queryStringParameters).toEqual({ room: "r1", tag: "b c" });
    expect(event?.multiValueQueryStringParameters).toEqual({ room: ["r1"], tag: ["a", "b c"] });
    expect(gateway.connections()).toEqual([id]);
  });

  it("has no query parameters where there is no query", async () => {
    const events: object[] = [];
    const $connect = async (event: object) => {
      events.push(event);
      return { statusCode: 204 };
    };
    const gateway = await startGateway({ routes: { $connect } });
    await connect(gateway.url);
    expect(events[0]).not.toHaveProperty("queryStringParameters");
    expect(events[0]).not.toHaveProperty("multiValueQueryStringParameters");
  });

  it.each([400, 401, 403, 418, 503, 302])(
    "refuses the upgrade with the status %i",
    async (status) => {
      const gateway = await startGateway({
        routes: { $connect: async () => ({ statusCode: status, body: "no" }) },
      });
      expect((await refused(gateway.url)).status).toBe(status);
      expect(gateway.connections()).toEqual([]);
    },
  );

  it.each([
    ["throws", () => Promise.reject(new Error("boom"))],
    [
      "throws at once",
      () => {
        throw new Error("boom");
      },
    ],
    ["answers nothing", async () => undefined],
    ["answers no status", async () => ({ body: "hi" })],
    [
      "answers a header that would break the handshake",
      async () => ({
        statusCode: 200,
        headers: { "Sec-WebSocket-Protocol": "a\r\nX-Evil: 1" },
      }),
    ],
  ])("refuses with 500 when the handler %s", async (_name, $connect) => {
    const errors: string[] = [];
    const logger = { error: (message: string) => errors.push(message) };
    const gateway = await startGateway({ routes: { $connect }, logger });
    const { status, body } = await refused(gateway.url);
    expect(status).toBe(500);
    expect(body).toEqual({
      message: "Internal server error",
      connectionId: expect.any(String),
      requestId: expect.any(String),
    });
  });

  it("refuses with 504 after 29 seconds, and tells the handler how long it has", async () => {
    const clock = createTestClock();
    const remaining: number[] = [];
    const gateway = await startGateway({
      clock,
      routes: {
        $connect: (_event, context) => {
          remaining.push(context.getRemainingTimeInMillis());
          clock.setTimer(10_000, () => remaining.push(context.getRemainingTimeInMillis()));
          return new Promise(() => undefined);
        },
      },
    });
    const answer = refused(gateway.url);
    while (remaining.length === 0) await new Promise(setImmediate);
    await clock.advance(29_000);
    expect((await answer).status).toBe(504);
    expect(remaining).toEqual([29_000, 19_000]);
  });

  it("echoes a subprotocol only if the handler's answer names it", async () => {
    const gateway = await startGateway({
      routes: {
        $connect: async () => ({
          statusCode: 200,
          headers: { "sec-websocket-protocol": "chat.v1" },
        }),
      },
    });
    const { ws } = await connect(gateway.url, ["chat.v1", "auth.secret"]);
    expect(ws.protocol).toBe("chat.v1");
  });

  it("accepts everybody where there is no $connect route", async () => {
    const gateway = await startGateway({ routes: { $default: ok } });
    await connect(gateway.url);
    expect(gateway.connections()).toHaveLength(1);
  });

  it.each(["/", "/other", "/prod/deeper", "/%70rod"])(
    "refuses the path %s with 403",
    async (path) => {
      const gateway = await startGateway({ routes: { $connect: ok } });
      const { status, body } = await refused(`ws://127.0.0.1:${gateway.port}${path}`);
      expect([status, body.message]).toEqual([403, "Forbidden"]);
    },
  );

  it("invokes $disconnect for a client that left while $connect ran", async () => {
    const events: string[] = [];
    let letGo: () => void = () => undefined;
    const gateway = await startGateway({
      routes: {
        $connect: async () => {
          events.push("connect");
          await new Promise<void>((resolve) => {
            letGo = resolve;
          });
          return { statusCode: 200 };
        },
        $disconnect: async () => events.push("disconnect"),
      },
    });
    const socket = createConnection(gateway.port, "127.0.0.1");
    socket.write(
      "GET /prod HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    while (events.length === 0) await new Promise(setImmediate);
    socket.resetAndDestroy();
    await once(socket, "close");
    await new Promise(setImmediate);
    letGo();
    await gateway.idle();
    expect(events).toEqual(["connect", "disconnect"]);
    expect(gateway.connections()).toEqual([]);
  });
});
