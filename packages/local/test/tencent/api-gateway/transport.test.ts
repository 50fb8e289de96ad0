import { Buffer } from "node:buffer";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import type { ScfContext, TencentTransportEvent } from "../../../src/tencent.ts";
import { connect, createTestClock } from "../../kit.ts";
import { startTencent, until } from "../../tencent-kit.ts";

describe("transport", () => {
  it("gets text and binary, with nothing but the connection", async () => {
    const gateway = await startTencent();
    const { ws } = await connect(gateway.url);
    const [secConnectionID] = gateway.connections();
    ws.send('hé "hi"');
    ws.send(Buffer.from([0, 1, 2, 255]));
    await until(() => gateway.events.length === 3);
    const send = { action: "data send", secConnectionID };
    expect(gateway.events.slice(1)).toEqual([
      { websocket: { ...send, dataType: "text", data: 'hé "hi"' } },
      { websocket: { ...send, dataType: "binary", data: "AAEC/w==" } },
    ]);
  });

  it("is given SCF's context", async () => {
    const contexts: ScfContext[] = [];
    const transport = (_event: TencentTransportEvent, context: ScfContext) =>
      void contexts.push(context);
    const gateway = await startTencent({ transport, functionTimeoutMs: 20_000 });
    const { ws } = await connect(gateway.url);
    ws.send("hi");
    await until(() => contexts.length === 1);
    expect(contexts[0]).toMatchObject({ time_limit_in_ms: 20_000, function_name: "transport" });
    expect(contexts[0]?.getRemainingTimeInMillis()).toBeLessThanOrEqual(20_000);
  });

  it("runs once for each message, side by side, and its answer goes nowhere", async () => {
    let running = 0;
    const transport = async () => {
      running += 1;
      await until(() => running === 3);
      return { statusCode: 200, body: "not for you" };
    };
    const gateway = await startTencent({ transport });
    const { ws } = await connect(gateway.url);
    const messages: unknown[] = [];
    ws.on("message", (data) => messages.push(data));
    for (const text of ["1", "2", "3"]) ws.send(text);
    await until(() => running === 3);
    await gateway.idle();
    ws.ping();
    await once(ws, "pong");
    expect(messages).toEqual([]);
    expect(gateway.connections()).toHaveLength(1);
  });

  it.each([
    ["throws", () => Promise.reject(new Error("boom"))],
    ["answers another status", () => ({ statusCode: 500 })],
  ])("cuts its sender off with a FIN when it %s, and nobody else", async (_name, transport) => {
    const gateway = await startTencent({ transport });
    const [ann, bob] = [await connect(gateway.url), await connect(gateway.url)];
    ann.ws.send("hi");
    expect((await ann.closed).code).toBe(1006); // No close frame.
    expect(gateway.connections()).toHaveLength(1);
    expect(bob.ws.readyState).toBe(bob.ws.OPEN);
    await gateway.idle();
    expect(gateway.counts).toMatchObject({ cuts: 1, failures: 1, cleanup: 0 });
  });

  it.each([
    ["its promise never settles", () => new Promise(() => undefined)],
    ["it never calls back", (_event: unknown, _context: unknown, _callback: unknown) => undefined],
  ])("cuts its sender off when it takes too long: %s", async (_how, transport) => {
    const clock = createTestClock();
    const gateway = await startTencent({ clock, transport });
    const { ws, closed } = await connect(gateway.url);
    ws.send("hi");
    await until(() => gateway.counts.transport === 1);
    await clock.advance(3000);
    expect((await closed).code).toBe(1006);
  });

  it("may be lost, late or doubled", async () => {
    const clock = createTestClock();
    const gateway = await startTencent({ clock });
    const { ws } = await connect(gateway.url);
    const plans = [[], [500], [0, 0]];
    gateway.faults.invocations = () => plans.shift() ?? [0];
    for (const text of ["lost", "late", "twice"]) ws.send(text);
    await until(() => gateway.counts.transport === 2);
    await clock.advance(500);
    await gateway.idle();
    const texts = gateway.events.flatMap(({ websocket }) =>
      "data" in websocket ? [websocket.data] : [],
    );
    expect(texts).toEqual(["twice", "twice", "late"]);
    expect(gateway.connections()).toHaveLength(1);
  });

  it("never sees a message that is too long", async () => {
    const gateway = await startTencent({ maxMessageBytes: 1000 });
    const { ws, closed } = await connect(gateway.url);
    ws.send("x".repeat(1001));
    expect((await closed).code).toBe(1009);
    expect(gateway.counts).toMatchObject({ transport: 0, cleanup: 0 });
  });
});
