import { describe, expect, it } from "vitest";
import type { LocalApiGatewayOptions, WebSocketDisconnectEvent } from "../../../src/aws.ts";
import { connect, createTestClock, ok, startGateway } from "../../kit.ts";

const MINUTE = 60_000;

/** A gateway that keeps the events of its $disconnect route. */
async function watched(options: Partial<LocalApiGatewayOptions> = {}) {
  const clock = createTestClock(Date.UTC(2024, 1, 9, 18, 23, 27));
  const events: WebSocketDisconnectEvent[] = [];
  const gateway = await startGateway({
    ...{ clock, apiId: "abcd1234", domainName: "abcd1234.execute-api.us-east-1.amazonaws.com" },
    routes: {
      $default: ok,
      $disconnect: async (event: WebSocketDisconnectEvent) => events.push(event),
    },
    ...options,
  });
  const endings = () =>
    events.map(({ requestContext: { disconnectStatusCode, disconnectReason } }) => [
      disconnectStatusCode,
      disconnectReason,
    ]);
  return { clock, events, endings, gateway };
}

describe("$disconnect", () => {
  it("shows how the client left, as API Gateway does", async () => {
    const { clock, events, gateway } = await watched();
    const { ws, closed } = await connect(gateway.url);
    const [connectionId] = gateway.connections();
    const connectedAt = clock.now();
    await clock.advance(1000);
    ws.close();
    await closed;
    while (events.length === 0) await new Promise(setImmediate);
    const [event] = events;
    const host = "abcd1234.execute-api.us-east-1.amazonaws.com";
    expect(event).toEqual({
      headers: { Host: host, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" },
      multiValueHeaders: {
        ...{ Host: [host], "x-api-key": [""], "X-Forwarded-For": [""], "x-restapi": [""] },
      },
      requestContext: {
        routeKey: "$disconnect",
        disconnectStatusCode: 1005,
        disconnectReason: "Client-side close frame status not set",
        eventType: "DISCONNECT",
        extendedRequestId: event?.requestContext.requestId,
        requestTime: "09/Feb/2024:18:23:28 +0000",
        messageDirection: "IN",
        stage: "prod",
        connectedAt,
        requestTimeEpoch: connectedAt + 1000,
        identity: { sourceIp: "127.0.0.1" },
        requestId: expect.any(String),
        domainName: host,
        connectionId,
        apiId: "abcd1234",
      },
      isBase64Encoded: false,
    });
  });

  it.each([
    ["with a code and a reason", 4001, "bye"],
    ["with a code", 1000, ""],
  ])("tells what the client closed %s", async (_name, code, reason) => {
    const { endings, gateway } = await watched();
    const { ws, closed } = await connect(gateway.url);
    ws.close(code, reason);
    await closed;
    while (endings().length === 0) await new Promise(setImmediate);
    expect(endings()).toEqual([[code, reason]]);
  });

  it("says 1006 for a client that vanished", async () => {
    const { endings, gateway } = await watched();
    const { ws } = await connect(gateway.url);
    ws.terminate();
    while (endings().length === 0) await new Promise(setImmediate);
    expect(endings()).toEqual([[1006, "Connection closed abnormally"]]);
  });

  it("is dropped, late or doubled on demand", async () => {
    const { clock, events, gateway } = await watched();
    const leave = async () => {
      const { ws, closed } = await connect(gateway.url);
      ws.close();
      await closed;
      while (gateway.connections().length > 0) await new Promise(setImmediate);
    };
    gateway.faults.invocations = (event) =>
      event.requestContext.routeKey === "$disconnect" ? [] : [0];
    await leave();
    await clock.advance(MINUTE);
    expect(events).toHaveLength(0);
    gateway.faults.invocations = () => [20_000];
    await leave();
    await clock.advance(19_999);
    expect(events).toHaveLength(0);
    await clock.advance(1);
    expect(events).toHaveLength(1);
    gateway.faults.invocations = () => [0, 0];
    await leave();
    await gateway.idle();
    expect(events).toHaveLength(3);
    expect(events[2]).toEqual(events[1]);
  });
});

describe("lifetimes", () => {
  it("cuts a connection that is silent for 10 minutes", async () => {
    const { clock, endings, gateway } = await watched();
    const { closed } = await connect(gateway.url);
    await clock.advance(10 * MINUTE - 1);
    expect(gateway.connections()).toHaveLength(1);
    await clock.advance(1);
    expect(await closed).toEqual({ code: 1001, reason: "Going away" });
    expect(endings()).toEqual([[1001, "Going away"]]);
    expect(clock.timers).toBe(0);
  });

  it("counts from the last message in either direction", async () => {
    let answer: () => void = () => undefined;
    const handler = async () => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return { statusCode: 200, body: "done" };
    };
    const routes = { $default: { handler, routeResponse: true } };
    const { clock, gateway } = await watched({ routes, integrationTimeoutMs: 60 * MINUTE });
    const { ws, next, closed } = await connect(gateway.url);
    await clock.advance(9 * MINUTE);
    ws.send("hi");
    // Its answer's frame comes after the message was read.
    await new Promise<void>((resolve) => {
      ws.once("pong", () => resolve());
      ws.ping();
    });
    await clock.advance(9 * MINUTE);
    expect(gateway.connections()).toHaveLength(1);
    answer();
    await next();
    await clock.advance(9 * MINUTE);
    expect(gateway.connections()).toHaveLength(1);
    await clock.advance(MINUTE);
    expect((await closed).code).toBe(1001);
  });

  it("cuts every connection after 2 hours, however busy", async () => {
    const { clock, endings, gateway } = await watched({});
    const { ws, closed } = await connect(gateway.url);
    for (let quarter = 1; quarter < 16; quarter++) {
      await clock.advance(7.5 * MINUTE);
      ws.send("hi");
      await new Promise<void>((resolve) => {
        ws.once("pong", () => resolve());
        ws.ping(); // Its answer comes after the message was read.
      });
    }
    await clock.advance(7.5 * MINUTE - 1);
    expect(gateway.connections()).toHaveLength(1);
    await clock.advance(1);
    expect((await closed).code).toBe(1001);
    expect(endings()).toHaveLength(1);
  });

  it("does not count a ping frame as activity", async () => {
    const { clock, gateway } = await watched();
    const { ws, closed } = await connect(gateway.url);
    await clock.advance(9 * MINUTE);
    await new Promise<void>((resolve) => {
      ws.once("pong", () => resolve());
      ws.ping();
    });
    await clock.advance(MINUTE);
    expect((await closed).code).toBe(1001);
  });
});

describe("close", () => {
  it("cuts all sockets and leaves no timer, whatever is on its way", async () => {
    const { clock, events, gateway } = await watched({ faults: { invocations: () => [5000] } });
    const clients = [await connect(gateway.url), await connect(gateway.url)];
    clients[0]?.ws.send("delayed");
    while (clock.timers < 5) await new Promise(setImmediate); // Two for each socket, one for the message.
    await gateway.close();
    for (const { closed } of clients) expect((await closed).code).toBe(1006);
    await gateway.idle();
    expect(gateway.connections()).toEqual([]);
    expect([clock.timers, events]).toEqual([0, []]);
  });
});
