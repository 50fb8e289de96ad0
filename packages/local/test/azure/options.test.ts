import { describe, expect, it } from "vitest";
import { createLocalWebPubSub } from "../../src/azure.ts";
import { connect, createTestClock, rejection } from "../kit.ts";
import { createHandler, serviceClient, startService, text, until } from "./web-pubsub-kit.ts";

describe("options of createLocalWebPubSub", () => {
  const handler = async () => new Response();
  const hub = (eventHandler: object) => ({ hubs: { chat: { eventHandlers: [eventHandler] } } });
  it.each([
    ["speed is not an option", { speed: 1 }],
    ["port", { port: -1 }],
    ["hubs", { hubs: 1 }],
    ["hubs.1", { hubs: { 1: {} } }],
    ["hubs.chat: speed", { hubs: { chat: { speed: 1 } } }],
    ["hubs.chat.anonymousConnectPolicy", { hubs: { chat: { anonymousConnectPolicy: true } } }],
    ["hubs.chat.eventHandlers", { hubs: { chat: { eventHandlers: handler } } }],
    ["hubs.chat.eventHandlers[0].urlTemplate", hub({})],
    ["hubs.chat.eventHandlers[0].urlTemplate", hub({ urlTemplate: "ftp://x/{event}" })],
    ["hubs.chat.eventHandlers[0].handler", hub({ handler: "x" })],
    ["hubs.chat.eventHandlers[0].userEventPattern", hub({ handler, userEventPattern: 1 })],
    ["hubs.chat.eventHandlers[0].systemEvents", hub({ handler, systemEvents: ["left"] })],
    ["accessKey", { accessKey: "a;b" }],
    ["secondaryKey", { secondaryKey: "" }],
    ["webHookOrigin", { webHookOrigin: "a b" }],
    ["throttle", { throttle: { ratePerSecond: 1, burst: 0 } }],
    ["keepAliveIntervalMs", { keepAliveIntervalMs: 120_001 }],
    ["eventTimeoutMs", { eventTimeoutMs: 0 }],
    ["recoveryWindowMs", { recoveryWindowMs: 2 ** 31 }],
    ["clock", { clock: { now: Date.now } }],
    ["trace", { trace: true }],
    ["logger.warn", { logger: {} }],
  ])("names the wrong option %s", async (name, options) => {
    const error = await rejection(Reflect.apply(createLocalWebPubSub, undefined, [options]));
    expect(error.code).toBe("invalid_argument");
    expect(error.message).toContain(name);
  });

  it("names a port that is in use", async () => {
    const { port } = await startService();
    expect((await rejection(createLocalWebPubSub({ port }))).code).toBe("invalid_argument");
  });
});

describe("close", () => {
  it("ends sockets, timers and events on their way", async () => {
    const clock = createTestClock();
    let aborted = false;
    const { handler, events } = createHandler(async ({ body }) =>
      body === "hi" ? new Promise<never>(() => undefined) : undefined,
    );
    const eventHandlers = [
      {
        handler: async (request: Request) => {
          request.signal.addEventListener("abort", () => {
            aborted = true;
          });
          return handler(request);
        },
      },
    ];
    const options = { clock, hubs: { chat: { eventHandlers } }, keepAliveIntervalMs: 1000 };
    const service = await startService(options);
    const client = await connect(service.clientUrl("chat"));
    client.ws.send("hi");
    await until(() => events.length === 3);
    await service.close();
    expect([(await client.closed).code, clock.timers, aborted]).toEqual([1006, 0, true]);
    await service.idle();
  });
});

describe("the trace", () => {
  it("tells what happens, without tokens, keys and messages", async () => {
    const lines: string[] = [];
    const { handler } = createHandler(({ body }) => new Response(body.includes("{") ? "" : body));
    const urlTemplate = "http://127.0.0.1/{event}?code=s3cret";
    const service = await startService({
      trace: (line) => lines.push(line),
      hubs: { chat: { eventHandlers: [{ handler, urlTemplate }] } },
    });
    const client = await connect(service.clientUrl("chat", { userId: "ada" }));
    client.ws.send("whisper");
    expect(await client.next()).toBe("whisper");
    await serviceClient(service).sendToAll("murmur", text);
    client.ws.close(1000);
    await until(() => lines.some((line) => line.includes("disconnected")));
    const all = lines.join("\n");
    for (const part of [
      "sys.connect ",
      "opened chat",
      "(ada)",
      "user.message",
      "rest POST",
      "202",
    ]) {
      expect(all).toContain(part);
    }
    expect(all).not.toMatch(/whisper|murmur|s3cret|access_token|eyJ/);
  });
});
