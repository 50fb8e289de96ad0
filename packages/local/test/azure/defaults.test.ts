import { describe, expect, it } from "vitest";
import { resolveWebPubSubOptions } from "../../src/azure/resolve-web-pubsub-options.ts";
import { connect, createTestClock } from "../kit.ts";
import { createHandler, namesOf, refusedClient, startService, until } from "./web-pubsub-kit.ts";
import { rawRequest } from "./web-pubsub-rest-kit.ts";

const MEGABYTE = 1024 * 1024;

/** Resolves when the server has heard and answered all that was sent before. */
const pong = (client: Awaited<ReturnType<typeof connect>>) =>
  new Promise((resolve) => client.ws.once("pong", resolve).ping());

describe("by default", () => {
  it("a client's token is good for an hour, and no millisecond more", async () => {
    const clock = createTestClock(Date.UTC(2026, 0));
    const service = await startService({ clock });
    const url = service.clientUrl("chat");
    await clock.advance(3_599_999);
    await connect(url);
    await clock.advance(1);
    expect((await refusedClient(url)).status).toBe(401);
  });

  it("a token of the REST API is, too", async () => {
    const { endpoint } = await startService();
    const answer = await rawRequest(`${endpoint}/api/hubs/chat/:generateToken`);
    const payload = String(answer.json().token).split(".")[1] ?? "";
    const { iat, exp } = JSON.parse(Buffer.from(payload, "base64url").toString());
    expect(exp - iat).toBe(3600);
  });

  it("a handler gets every event, all three of the service's included", async () => {
    const { handler, events } = createHandler();
    const service = await startService({ hubs: { chat: { eventHandlers: [{ handler }] } } });
    const client = await connect(service.clientUrl("chat"), ["json.webpubsub.azure.v1"]);
    client.ws.send('{"type":"event","event":"any.name","data":1}');
    await until(() => events.length === 3);
    client.ws.close();
    await until(() => events.length === 4);
    expect(namesOf(events)).toEqual(["connect", "connected", "any.name", "disconnected"]);
    expect(events[0]?.headers["webhook-request-origin"]).toBe(`127.0.0.1:${service.port}`);
    expect(events[0]?.url).toBe("http://127.0.0.1/api/chat/connect");
  });

  it("silent clients are pinged after 20 seconds, but not on the clock of a test", async () => {
    const clock = createTestClock();
    const service = await startService({ clock });
    const client = await connect(service.clientUrl("chat"));
    const pings: unknown[] = [];
    client.ws.on("ping", (data) => pings.push(data));
    await clock.advance(10 * 120_000);
    await pong(client);
    expect(pings).toEqual([]);
    expect(resolveWebPubSubOptions({}).keepAliveIntervalMs).toBe(20_000);
  });
});

describe("an answer", () => {
  it.each([
    ["of 16 MiB is taken", 16 * MEGABYTE, undefined],
    ["of a byte more is an error", 16 * MEGABYTE + 1, 1011],
  ])("%s", async (_what, bytes, code) => {
    const clock = createTestClock();
    let tries = 0;
    const { handler } = createHandler(({ body }) => {
      if (body !== "hi") return undefined;
      tries++;
      return new Response("x".repeat(bytes), { headers: { "Content-Type": "text/plain" } });
    });
    const hubs = { chat: { eventHandlers: [{ handler }] } };
    const service = await startService({ clock, hubs, eventTimeoutMs: 1000 });
    const client = await connect(service.clientUrl("chat"));
    client.ws.send("hi");
    if (code === undefined) expect(await client.next()).toHaveLength(bytes);
    else expect((await client.closed).code).toBe(code);
    expect(tries).toBe(1);
  });
});

describe("a validation", () => {
  it("has 10 seconds, and no millisecond less", async () => {
    const clock = createTestClock();
    let asked = 0;
    const handler = async (request: Request) => {
      if (request.method === "POST") return new Response(null);
      asked++;
      return new Promise<never>(() => undefined);
    };
    const service = await startService({
      ...{ clock, hubs: { chat: { eventHandlers: [{ handler }] } } },
    });
    let isRefused = false;
    const refusal = refusedClient(service.clientUrl("chat")).then(({ status }) => {
      isRefused = true;
      return status;
    });
    await until(() => asked === 1);
    await clock.advance(9999);
    await (await fetch(`${service.endpoint}/api/health`)).text();
    expect(isRefused).toBe(false);
    await clock.advance(1);
    expect(await refusal).toBe(500);
  });
});
