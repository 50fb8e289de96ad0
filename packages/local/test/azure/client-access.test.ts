import { describe, expect, it } from "vitest";
import { signToken } from "../../src/azure/json-web-token.ts";
import { WELL_KNOWN_KEY } from "../../src/azure/resolve-web-pubsub-options.ts";
import { connect, createTestClock } from "../kit.ts";
import {
  createHandler,
  refusedClient,
  serviceClient,
  startService,
  text,
  until,
} from "./web-pubsub-kit.ts";

describe("a client that connects", () => {
  it.each([
    ["of another key", { key: "other" }],
    ["for another hub", { path: "/client/hubs/other" }],
    ["of another service", { host: "https://x.webpubsub.azure.com" }],
    ["that has expired", { exp: 1 }],
  ])("is refused with 401 for a token %s", async (_name, given) => {
    const { endpoint } = await startService();
    const usual = { key: WELL_KNOWN_KEY, path: "/client/hubs/chat", host: endpoint };
    const { key, path, host } = { ...usual, ...given };
    const token = signToken({ aud: host + path, exp: 2 ** 40, ...given }, key);
    const url = `${endpoint.replace("http", "ws")}/client/hubs/chat?access_token=${token}`;
    const refusal = await refusedClient(url);
    expect(refusal.status).toBe(401);
    expect(refusal.text).not.toContain(token);
  });

  it("is refused with 401 without a token, and let in by the policy for anonymous ones", async () => {
    const hubs = { open: { anonymousConnectPolicy: "allow" } } as const;
    const service = await startService({ hubs });
    const url = `ws://127.0.0.1:${service.port}/client/hubs/`;
    expect((await refusedClient(`${url}chat`)).status).toBe(401);
    await connect(`${url}OPEN`);
    expect(service.connections("Open")).toHaveLength(1);
    expect((await refusedClient(`${url}open?access_token=x`)).status).toBe(401);
  });

  it("needs a user of the connect handler if it is anonymous", async () => {
    const { handler } = createHandler(({ url, body }) => {
      const { query } = JSON.parse(body);
      const named = url.endsWith("/connect") && query.name;
      return named ? Response.json({ userId: query.name[0] }) : undefined;
    });
    const eventHandlers = [{ handler }];
    const hubs = { chat: { anonymousConnectPolicy: "allow", eventHandlers } } as const;
    const service = await startService({ hubs });
    const url = `ws://127.0.0.1:${service.port}/client/hubs/chat`;
    expect((await refusedClient(url)).status).toBe(401);
    await connect(`${url}?name=ada`);
    expect(await serviceClient(service).userExists("ada")).toBe(true);
  });

  it("may bring its token in a header, and call the service localhost", async () => {
    const service = await startService();
    const url = service.clientUrl("chat").replace("127.0.0.1", "localhost");
    const [address, query = ""] = url.split("?");
    const token = new URLSearchParams(query).get("access_token");
    await connect(String(address), [], { headers: { Authorization: `Bearer ${token}` } });
    expect(service.connections("chat")).toHaveLength(1);
  });

  it.each([
    ["/client/hubs/1", 400],
    ["/client/hubs/%E0", 404],
    ["/client/hubs", 404],
    ["/clients/mqtt/hubs/chat", 404],
    ["/", 404],
  ])("is refused at %s with %i", async (path, status) => {
    const { port } = await startService();
    expect((await refusedClient(`ws://127.0.0.1:${port}${path}`)).status).toBe(status);
  });

  it("is refused for an unknown mode, a mode without a group, and groups that are none", async () => {
    const service = await startService();
    const url = service.clientUrl("chat");
    const statuses = [
      await refusedClient(`${url}&webpubsub_mode=fly`),
      await refusedClient(`${url}&webpubsub_mode=sendToGroup`),
      await refusedClient(service.clientUrl("chat", { groups: [" "] })),
    ].map(({ status }) => status);
    expect(statuses).toEqual([400, 400, 400]);
  });

  it("stays when its token expires", async () => {
    const clock = createTestClock();
    const service = await startService({ clock });
    const client = await connect(service.clientUrl("chat", { expiresInMinutes: 1 }));
    const url = service.clientUrl("chat", { expiresInMinutes: 1 });
    await clock.advance(60_000);
    expect((await refusedClient(url)).status).toBe(401);
    await serviceClient(service).sendToAll("still here", text);
    expect(await client.next()).toBe("still here");
  });
});

describe("a simple client in the mode sendToGroup", () => {
  const mode = (url: string) => `${url}&webpubsub_mode=sendToGroup&group=lobby`;

  it("sends all it says to its group, itself included", async () => {
    const service = await startService();
    const token = { groups: ["lobby"], roles: ["webpubsub.sendToGroup.lobby"] };
    const ada = await connect(mode(service.clientUrl("chat", token)));
    const bob = await connect(service.clientUrl("chat", { groups: ["lobby"] }));
    ada.ws.send("hi");
    expect([await ada.next(), await bob.next()]).toEqual(["hi", "hi"]);
  });

  it("is closed with 1008 if it may not", async () => {
    const service = await startService();
    const client = await connect(mode(service.clientUrl("chat")));
    client.ws.send("hi");
    expect((await client.closed).code).toBe(1008);
  });
});

describe("the end of a simple client", () => {
  it("comes with 1011 if no handler takes its message", async () => {
    const service = await startService();
    const client = await connect(service.clientUrl("chat"));
    client.ws.send("hi");
    expect((await client.closed).code).toBe(1011);
  });

  it("comes with 1009 for more than 1 MiB, and 1 MiB goes through", async () => {
    const { handler, events } = createHandler();
    const service = await startService({ hubs: { chat: { eventHandlers: [{ handler }] } } });
    const client = await connect(service.clientUrl("chat"));
    client.ws.send("x".repeat(1024 * 1024));
    client.ws.send("x".repeat(1024 * 1024 + 1));
    expect((await client.closed).code).toBe(1009);
    await service.idle();
    expect(events.find(({ body }) => body.length > 10_000)?.body).toHaveLength(1024 * 1024);
    const reason = '{"reason":"The message is too large"}';
    await until(() => events.some(({ body }) => body === reason));
  });

  it("comes when it leaves a ping unanswered", async () => {
    const clock = createTestClock();
    const { handler, events } = createHandler();
    const hubs = { chat: { eventHandlers: [{ handler }] } };
    const service = await startService({ clock, hubs, keepAliveIntervalMs: 20_000 });
    const url = service.clientUrl("chat");
    const pings = { talking: 0, quiet: 0 };
    // One lives by what it says, one by its pongs alone.
    const talking = await connect(url, [], { autoPong: false });
    const quiet = await connect(url);
    talking.ws.on("ping", () => pings.talking++);
    quiet.ws.on("ping", () => pings.quiet++);
    const pass = async (nth: number, word: string) => {
      await clock.advance(20_000);
      await until(() => pings.talking === nth && pings.quiet === nth);
      await new Promise((resolve) => talking.ws.send(word, resolve));
      await until(() => events.some(({ body }) => body === word));
      // The answer to a ping of its own comes after its pong was heard.
      await new Promise((resolve) => quiet.ws.once("pong", resolve).ping());
    };
    await pass(1, "x");
    await connect(url, [], { autoPong: false });
    await pass(2, "y");
    await clock.advance(20_000);
    await until(() => events.some(({ body }) => body === '{"reason":"PingTimeout"}'));
    expect(service.connections("chat")).toHaveLength(2);
  });
});
