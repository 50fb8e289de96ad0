import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type Hub, UnavailableError } from "@hubbub/core";
import { createMemoryConnectionStore } from "@hubbub/core/memory";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { connect, context, message, startDirect as start } from "./lambda-direct.ts";
import { createChat, type Events } from "./lambda-kit.ts";

/** A server that claims to be a callback API, and what it was asked. */
async function startTrap() {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  return { requests, host: `127.0.0.1:${port}` };
}

describe("an event that can't be handled", () => {
  it("is answered 500, and what went wrong is logged", async () => {
    const store = createMemoryConnectionStore({ clock: { now: () => Date.now() } });
    const close = async () => {
      throw new UnavailableError("the table is away");
    };
    const { handler, problems } = start({ store: { ...store, close } });
    const requestContext = { ...context, eventType: "DISCONNECT", routeKey: "$disconnect" };
    expect(await handler({ requestContext })).toEqual({ statusCode: 500 });
    expect(problems).toMatchObject([
      { level: "error", details: { eventType: "DISCONNECT", error: { code: "unavailable" } } },
    ]);
  });
});

describe("events of another API or stage", () => {
  it.each([
    [
      "the callback URL",
      { callbackUrl: "https://abcd1234.execute-api.us-east-1.amazonaws.com/prod" },
    ],
    ["options", { apiId: "abcd1234", stage: "prod" }],
    ["the first event", {}],
  ])("are refused where %s says which is ours", async (_by, options) => {
    const { handler, problems, pushes } = start(options);
    expect(await handler(connect())).toMatchObject({ statusCode: 200 });
    for (const other of [{ apiId: "other" }, { stage: "dev" }]) {
      expect(await handler(connect(other))).toEqual({ statusCode: 403 });
      expect(await handler(message(other))).toEqual({ statusCode: 403 });
    }
    expect(problems).toHaveLength(4);
    expect(pushes).toEqual([]);
    expect(await handler(message())).toEqual({ statusCode: 200 });
    expect(pushes).toEqual([context.connectionId]);
  });

  it("do not decide what the options have decided", async () => {
    const { handler } = start({ apiId: "abcd1234", stage: "prod" });
    expect(await handler(connect({ apiId: "forged" }))).toEqual({ statusCode: 403 });
    expect(await handler(connect())).toMatchObject({ statusCode: 200 });
  });

  it("are a contradiction that is found at once", () => {
    const callbackUrl = "https://abcd1234.execute-api.us-east-1.amazonaws.com/prod";
    expect(() => start({ callbackUrl, apiId: "other" })).toThrow(/apiId must be .*abcd1234/);
    expect(() => start({ callbackUrl, stage: "dev" })).toThrow(/stage must be .*prod/);
  });
});

describe("a host that an event names", () => {
  it("never gets a signed request, forged or not", async () => {
    const trap = await startTrap();
    const { handler, problems } = start({ pusher: undefined, region: "xx-nowhere-1" });
    const answer = await handler(message({ domainName: trap.host }));
    expect(answer).toEqual({ statusCode: 500 });
    expect(trap.requests).toEqual([]);
    // Where it did go: this API's own host, in this region, which does not exist.
    expect(String(problems[0]?.details.error)).toContain(
      "https://abcd1234.execute-api.xx-nowhere-1.amazonaws.com/prod",
    );
  });

  it("is not looked at again once the endpoint is known", async () => {
    const trap = await startTrap();
    const { handler } = start({ pusher: undefined, callbackUrl: `http://${trap.host}/prod` });
    expect(await handler(message())).toEqual({ statusCode: 200 });
    const evil = { domainName: "evil.example" };
    expect(await handler(message({ ...evil, connectionId: "other=" }))).toEqual({
      statusCode: 200,
    });
    expect(trap.requests.map(({ url }) => url)).toEqual([
      "/prod/@connections/L0SM9cOFvHcCIhw%3D",
      "/prod/@connections/other%3D",
    ]);
  });
});

describe("what is no event of a WebSocket API", () => {
  it.each([
    ["nothing", undefined],
    ["a text", "hello"],
    ["an empty object", {}],
    ["an HTTP request", { requestContext: { http: { method: "GET" } }, headers: {} }],
    ["no connection", message({ connectionId: undefined })],
    ["an empty connection", message({ connectionId: "" })],
    ["a connection's id that is too long", message({ connectionId: "x".repeat(257) })],
    ["an API that is no text", message({ apiId: 5 })],
    ["a host that is no text", message({ domainName: ["localhost", 8000] })],
    ["neither a type nor a route", message({ eventType: undefined, routeKey: "" })],
    ["a connection and nothing else", { requestContext: { connectionId: "a=" } }],
    ["another type", message({ eventType: "constructor" })],
    ["a body that is no text", { ...message(), body: {} }],
    ["headers that are no texts", { ...connect(), headers: { a: 1 } }],
    ["multi-value headers that are no lists", { ...connect(), multiValueHeaders: { a: "b" } }],
    ["claims that are no object", connect({ authorizer: "root" })],
    ["a queue's records", { Records: [] }],
  ])("%s is refused", async (_what, event) => {
    const { handler, problems, pushes } = start();
    expect(await handler(event)).toEqual({ statusCode: 400 });
    expect(problems).toHaveLength(1);
    expect(pushes).toEqual([]);
  });
});

describe("a client's own affairs", () => {
  it("are answered to a connection that was never registered", async () => {
    const send = vi.fn(async () => "sent" as const);
    const { handler } = start({ pusher: { send, close: async () => undefined } });
    const publish = {
      type: "publish",
      room: "lobby",
      event: "say",
      data: { text: "hi" },
      mid: "m",
    };
    expect(await handler(message({}, JSON.stringify(publish)))).toEqual({ statusCode: 200 });
    expect(send).toHaveBeenCalledExactlyOnceWith(
      context.connectionId,
      expect.stringContaining('"type":"error"'),
    );
  });

  it("are answered to bytes, where the API was set up for them", async () => {
    const send = vi.fn(async (_id: string, _text: string) => "sent" as const);
    const { handler } = start({ pusher: { send, close: async () => undefined } });
    await handler({ ...message(), isBase64Encoded: true }); // As a text it would be a hello.
    expect(send.mock.calls[0]?.[1]).toContain('"code":"bad_frame"');
  });

  it("end when all that their leaving began has", async () => {
    const told: string[] = [];
    const pusher = {
      send: async (id: string, text: string) => {
        await new Promise((resolve) => void setTimeout(resolve, 20));
        if (text.includes("bye")) told.push(id);
        return "sent" as const;
      },
      close: async () => undefined,
    };
    const left = ({ hub, room }: { hub: Hub<Events>; room: string }) =>
      void hub.publish(room, "say", { text: "bye" }); // Awaited by nobody.
    const { handler } = start({ pusher }, createChat({ left }));
    const enter = '[{"type":"hello","session":"0123456789abcdef"},{"type":"join","room":"lobby"}]';
    for (const connectionId of ["a=", "b="]) await handler(message({ connectionId }, enter));
    const leaving = { ...context, connectionId: "a=", eventType: "DISCONNECT" };
    await handler({ requestContext: { ...leaving, routeKey: "$disconnect" } });
    expect(told).toEqual(["b="]);
  });

  it("close the connection after the answer, and only then", async () => {
    const calls: string[] = [];
    const pusher = {
      send: async (_id: string, text: string) => {
        calls.push(text.slice(0, 15));
        return "sent" as const;
      },
      close: async (_id: string, code: number) => void calls.push(String(code)),
    };
    const { handler } = start({ pusher, routeResponse: true });
    await handler({
      requestContext: { ...context, eventType: "DISCONNECT", routeKey: "$disconnect" },
    });
    expect(await handler(message())).toEqual({ statusCode: 200 });
    expect(calls).toEqual(['{"type":"error"', "4409"]);
  });
});
