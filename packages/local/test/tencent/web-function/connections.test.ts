import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { connect, createTestClock } from "../../kit.ts";
import { createProbeServer, startFunction } from "./web-function-kit.ts";

const keys = () => ({ secretId: "id", secretKey: "key", sessionToken: "token" });

describe("a connection to a local Web Function", () => {
  it("passes path, query, headers and the chosen subprotocol through", async () => {
    const probe = createProbeServer();
    const { url } = await startFunction({ server: probe.start });
    const headers = { origin: "https://chat.example", cookie: "a=b" };
    const { ws } = await connect(`${url}/chat?room=1`, ["first", "second"], { headers });
    expect(ws.protocol).toBe("second");
    expect(probe.requests[0]).toMatchObject({ url: "/chat?room=1", headers });
  });

  it("adds the platform's headers, in place of the client's", async () => {
    const probe = createProbeServer();
    const fn = await startFunction({ server: probe.start, keys });
    await connect(fn.url, [], { headers: { "X-Scf-Secret-Id": "forged" } });
    expect(probe.requests[0]?.headers).toMatchObject({
      "x-scf-secret-id": "id",
      "x-scf-secret-key": "key",
      "x-scf-session-token": "token",
      "x-scf-request-id": fn.invocations()[0]?.requestId,
      "x-scf-remote-addr": "127.0.0.1",
    });
  });

  it("gives a function without a role no keys", async () => {
    const probe = createProbeServer();
    const { url } = await startFunction({ server: probe.start });
    await connect(url);
    expect(probe.requests[0]?.headers).not.toHaveProperty("x-scf-secret-id");
  });

  it("carries texts, bytes, pings and pongs in both directions", async () => {
    const probe = createProbeServer();
    const fn = await startFunction({ server: probe.start });
    const client = await connect(fn.url);
    client.ws.send("text");
    expect(await client.next()).toBe("text");
    client.ws.send(Buffer.from([1, 2, 3]));
    expect(await client.next()).toBe("\u0001\u0002\u0003");
    client.ws.ping("to the server");
    expect(String((await once(client.ws, "pong"))[0])).toBe("to the server");
    const [socket] = probe.sockets;
    socket?.ping("to the client");
    expect(String((await once(socket ?? client.ws, "pong"))[0])).toBe("to the client");
    expect(fn.invocations()).toMatchObject([{ received: 2, sent: 2, instance: 1 }]);
  });

  it("lets the function refuse, and counts that as a run that went well", async () => {
    const probe = createProbeServer({ refuse: ({ url }) => url === "/no" });
    const fn = await startFunction({ server: probe.start });
    const { ws } = await connect(fn.url);
    expect(ws.readyState).toBe(1);
    const other = await fetch(`http://127.0.0.1:${fn.port}/`);
    expect(other.status).toBe(426);
    await expect(connect(`${fn.url}/no`)).rejects.toThrow("401");
    expect(fn.invocations()).toMatchObject([{}, { status: 200 }]);
  });

  it.each([
    [1000, 200],
    [1010, 200],
    [1011, 200],
    [1001, 456],
    [4000, 456],
  ])("counts a close by the client with %d as %d", async (code, status) => {
    const probe = createProbeServer();
    const fn = await startFunction({ server: probe.start });
    const { ws } = await connect(fn.url);
    ws.close(code, "why");
    const [socket] = probe.sockets;
    const [seen, reason] = await once(socket ?? ws, "close");
    expect([seen, String(reason)]).toEqual([code, "why"]);
    expect(fn.invocations()).toMatchObject([{ status }]);
  });

  it.each([
    [1000, 200],
    [1011, 200],
    [1012, 439],
    [4403, 439],
  ])("counts a close by the server with %d as %d", async (code, status) => {
    const probe = createProbeServer();
    const fn = await startFunction({ server: probe.start });
    const client = await connect(fn.url);
    probe.sockets[0]?.close(code, "why");
    expect(await client.closed).toEqual({ code, reason: "why" });
    expect(fn.invocations()).toMatchObject([{ status, endedAt: expect.any(Number) }]);
  });

  it("cuts who is idle with 455, and not who speaks", async () => {
    const clock = createTestClock();
    const probe = createProbeServer();
    const fn = await startFunction({ server: probe.start, clock, maxConcurrency: 2 });
    const [silentOne, speaker] = [await connect(fn.url), await connect(fn.url)];
    await clock.advance(10_000);
    speaker.ws.send("hi");
    await speaker.next();
    await clock.advance(5000);
    expect((await silentOne.closed).code).toBe(1006);
    expect(fn.invocations().map(({ status }) => status)).toEqual([455, undefined]);
    await clock.advance(10_000);
    expect((await speaker.closed).code).toBe(1006);
  });

  it("cuts at the maximum duration with 433, however busy", async () => {
    const clock = createTestClock();
    const probe = createProbeServer();
    const options = { timeoutMs: 20_000, idleTimeoutMs: 15_000 };
    const fn = await startFunction({ server: probe.start, clock, ...options });
    const client = await connect(fn.url);
    await clock.advance(10_000);
    client.ws.send("hi");
    await client.next();
    await clock.advance(10_000);
    expect((await client.closed).code).toBe(1006);
    expect(fn.invocations()).toMatchObject([{ status: 433 }]);
    expect(clock.timers).toBe(0);
  });
});

describe("the platform's bounds", () => {
  it("let 256 KB through and cut who sends more", async () => {
    const probe = createProbeServer();
    const fn = await startFunction({ server: probe.start });
    const client = await connect(fn.url);
    client.ws.send("x".repeat(262_144));
    expect(await client.next()).toHaveLength(262_144);
    client.ws.send("x".repeat(262_145));
    expect((await client.closed).code).toBe(1006);
    const broke = { bound: "maxMessageBytes", by: "client" };
    expect(fn.invocations()).toMatchObject([{ status: 456, broke }]);
  });

  it("let ten messages a second through in each direction", async () => {
    const clock = createTestClock();
    const probe = createProbeServer({ echo: false });
    const fn = await startFunction({ server: probe.start, clock });
    const client = await connect(fn.url);
    const [socket] = probe.sockets;
    for (let n = 0; n < 10; n++) socket?.send(`${n}`);
    for (let n = 0; n < 10; n++) expect(await client.next()).toBe(`${n}`);
    await clock.advance(100);
    socket?.send("10");
    expect(await client.next()).toBe("10");
    socket?.send("11");
    expect((await client.closed).code).toBe(1006);
    const broke = { bound: "messagesPerSecond", by: "server" };
    expect(fn.invocations()).toMatchObject([{ status: 439, broke, sent: 12 }]);
  });

  it("let 128 KB a second through", async () => {
    const clock = createTestClock();
    const probe = createProbeServer();
    const fn = await startFunction({ server: probe.start, clock });
    const client = await connect(fn.url);
    client.ws.send("x".repeat(131_000));
    await client.next();
    client.ws.send("x".repeat(1000));
    expect((await client.closed).code).toBe(1006);
    expect(fn.invocations()).toMatchObject([{ broke: { bound: "bytesPerSecond", by: "client" } }]);
  });
});

describe("refusals", () => {
  it("say that the bootstrap failed, until it does not", async () => {
    const probe = createProbeServer();
    const fn = await startFunction({ server: probe.start });
    fn.faults.bootstrap = (instance) => instance === 1;
    await expect(connect(fn.url)).rejects.toThrow("500");
    await connect(fn.url);
    expect(fn.invocations()).toMatchObject([{ status: 405, instance: 0 }, { instance: 2 }]);
  });

  it("say that no instance is free", async () => {
    const probe = createProbeServer();
    const fn = await startFunction({ server: probe.start, maxInstances: 1 });
    await connect(fn.url);
    await expect(connect(fn.url)).rejects.toThrow("500");
    expect(fn.invocations()).toMatchObject([{}, { status: 432 }]);
  });
});
