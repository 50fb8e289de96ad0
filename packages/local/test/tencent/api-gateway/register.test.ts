import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { LocalTencentGatewayOptions, TencentRegisterEvent } from "../../../src/tencent.ts";
import { connect, createTestClock } from "../../kit.ts";
import { admit, refusedStatus, startTencent, until } from "../../tencent-kit.ts";

type Register = LocalTencentGatewayOptions["register"];

describe("register", () => {
  it("is asked with the documented event, without headers, query and body", async () => {
    const gateway = await startTencent({
      ...{ path: "/test/{testvar}", stage: "prod", serviceName: "testsvc", secretId: "abdcd" },
    });
    await connect(`ws://127.0.0.1:${gateway.port}/prod/test/1?token=secret`, [], {
      headers: { Origin: "https://evil.example" },
      perMessageDeflate: false,
    });
    expect(gateway.url).toBe(`ws://127.0.0.1:${gateway.port}/prod/test/{testvar}`);
    expect(gateway.events).toEqual([
      {
        requestContext: {
          serviceName: "testsvc",
          path: "/test/{testvar}",
          httpMethod: "GET",
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          identity: { secretId: "abdcd" },
          sourceIp: "127.0.0.1",
          stage: "prod",
          websocketEnable: true,
        },
        websocket: {
          action: "connecting",
          secConnectionID: expect.stringMatching(/^[A-Za-z0-9+/]{22}==$/),
        },
      },
    ]);
    expect(gateway.connections()).toEqual([gateway.events[0]?.websocket.secConnectionID]);
  });

  it("is told of subprotocols and extensions, and of the service by its other name", async () => {
    const register: Register = (event) => {
      gateway.events.push(event);
      return admit(event, { secWebSocketProtocol: "binary" });
    };
    const gateway = await startTencent({ register, serviceKey: "serviceId" });
    const { ws } = await connect(gateway.url, ["chat", "binary"]);
    expect([ws.protocol, ws.extensions]).toEqual(["binary", ""]);
    const [event] = gateway.events as TencentRegisterEvent[];
    expect(event?.websocket.secWebSocketProtocol).toBe("chat,binary");
    expect(event?.websocket.secWebSocketExtensions).toContain("permessage-deflate");
    expect(event?.requestContext).toMatchObject({ serviceId: "localsvc", identity: {} });
    expect(event?.requestContext).not.toHaveProperty("serviceName");
  });

  const other = { websocket: { secConnectionID: "another==" } } as TencentRegisterEvent;
  it.each<[string, number, Register]>([
    ["an errNo that is not 0", 403, () => ({ errNo: 101, errMsg: "not found request context" })],
    ["a status that is not 200", 502, (event) => ({ ...admit(event), statusCode: 500 })],
    ["a function that throws", 502, () => Promise.reject(new Error("boom"))],
    ["nothing", 502, () => undefined],
    ["text", 502, (event) => JSON.stringify(admit(event))],
    ["no errMsg", 502, (event) => ({ ...admit(event), errMsg: undefined })],
    ["an errNo that is no number", 502, (event) => ({ ...admit(event), errNo: "0" })],
    ["no websocket part", 502, () => ({ errNo: 0, errMsg: "ok" })],
    ["another action", 502, (event) => admit(event, { action: "data send" })],
    ["another connection", 502, () => admit(other)],
    ["two subprotocols", 502, (event) => admit(event, { secWebSocketProtocol: "chat,binary" })],
    ["two extensions", 502, (event) => admit(event, { secWebSocketExtensions: "a,b" })],
  ])("refuses the handshake by answering %s", async (_name, status, register) => {
    const gateway = await startTencent({ register });
    expect(await refusedStatus(gateway.url, ["chat"])).toBe(status);
    expect(gateway.connections()).toEqual([]);
    expect(gateway.counts).toMatchObject({ register: 1, refusals: 1, cleanup: 0 });
  });

  it.each([
    ["functionTimeoutMs", { functionTimeoutMs: 5000, serviceTimeoutMs: 9000 }],
    ["serviceTimeoutMs", { functionTimeoutMs: 9000, serviceTimeoutMs: 5000 }],
  ])("refuses the handshake when it takes longer than %s", async (_name, options) => {
    const clock = createTestClock();
    const register = () => new Promise(() => undefined);
    const gateway = await startTencent({ clock, register, ...options });
    const refused = refusedStatus(gateway.url);
    await until(() => gateway.counts.register === 1);
    await clock.advance(4999);
    expect(gateway.counts.refusals).toBe(0);
    await clock.advance(1);
    expect(await refused).toBe(504);
    expect(clock.timers).toBe(0);
  });

  it("refuses the handshake when the event is lost, and asks twice when it is doubled", async () => {
    const gateway = await startTencent();
    gateway.faults.invocations = () => [];
    expect(await refusedStatus(gateway.url)).toBe(504);
    gateway.faults.invocations = () => [0, 0];
    await connect(gateway.url);
    await gateway.idle();
    expect(gateway.events).toHaveLength(2);
    expect(gateway.events[0]).toEqual(gateway.events[1]);
  });

  it("refuses what is no WebSocket without asking", async () => {
    const gateway = await startTencent();
    const headers = { connection: "Upgrade", upgrade: "websocket" }; // And no key.
    const asked = request(gateway.url.replace("ws:", "http:"), { headers }).end();
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    expect([response.statusCode, gateway.counts.register]).toEqual([400, 0]);
  });

  it("tells nobody of a client that vanished while it ran", async () => {
    const seen: string[] = [];
    let letGo: () => void = () => undefined;
    const register: Register = async (event) => {
      seen.push("register");
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
      return admit(event);
    };
    const gateway = await startTencent({ register });
    const ws = new WebSocket(gateway.url);
    ws.on("error", () => undefined);
    await until(() => seen.length === 1);
    const closed = new Promise((resolve) => ws.once("close", resolve));
    ws.terminate();
    await closed;
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    letGo();
    await gateway.idle();
    expect([gateway.connections(), gateway.counts.cleanup]).toEqual([[], 0]);
  });

  it.each<[string, object]>([
    ["register", { register: undefined }],
    ["cleanup", { cleanup: "no" }],
    ["port", { port: 1e6 }],
    ["path", { path: "chat" }],
    ["stage", { stage: "a/b" }],
    ["serviceKey", { serviceKey: "service" }],
    ["functionTimeoutMs", { functionTimeoutMs: 900_001 }],
    ["serviceTimeoutMs", { serviceTimeoutMs: 0 }],
    ["maxMessageBytes", { maxMessageBytes: 0 }],
    ["latency.pushMs", { latency: { pushMs: -1 } }],
    ["routes", { routes: {} }],
  ])("names the wrong option %s", async (name, options) => {
    const error = await startTencent(options).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "invalid_argument" });
    expect(String(error)).toContain(name);
  });
});
