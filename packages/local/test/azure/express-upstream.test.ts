import type { AddressInfo } from "node:net";
import { WebPubSubClient, WebPubSubJsonProtocol } from "@azure/web-pubsub-client";
import {
  WebPubSubEventHandler,
  type WebPubSubEventHandlerOptions,
} from "@azure/web-pubsub-express";
import express from "express";
import { describe, expect, it, onTestFinished } from "vitest";
import type { LocalWebPubSubOptions } from "../../src/azure.ts";
import { connect } from "../kit.ts";
import { refusedClient, serviceClient, startService, text, until } from "./web-pubsub-kit.ts";

/** Starts an Express server with the official handler, and a service in front of it. */
async function start(
  handlers: WebPubSubEventHandlerOptions,
  options: LocalWebPubSubOptions = {},
  hub = "chat",
) {
  const requests: string[] = [];
  const app = express();
  app.use(({ method, path }, _response, next) => {
    requests.push(`${method} ${path}`);
    next();
  });
  app.use(new WebPubSubEventHandler(hub, { path: "/events", ...handlers }).getMiddleware());
  const server = app.listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = Object(server.address()) as AddressInfo;
  const urlTemplate = `http://127.0.0.1:${port}/events`;
  const hubs = { chat: { eventHandlers: [{ urlTemplate }] } };
  const service = await startService({ hubs, ...options });
  return { service, requests };
}

describe("the official handler for Express", () => {
  it("is validated, asked at connect, told, answers and keeps state", async () => {
    const told: unknown[] = [];
    const { service, requests } = await start({
      handleConnect(request, response) {
        told.push(["connect", request.context.userId, request.queries?.lang]);
        response.setState("count", 0);
        response.success({ groups: ["lobby"], roles: ["webpubsub.sendToGroup.lobby"] });
      },
      onConnected: ({ context }) => void told.push(["connected", context.states]),
      handleUserEvent(request, response) {
        const count = Number(request.context.states.count) + 1;
        response.setState("count", count);
        told.push([request.context.eventName, request.dataType, request.data]);
        response.success(`${count}`, "text");
      },
      onDisconnected: ({ context, reason }) => void told.push([reason, context.states]),
    });
    const client = await connect(`${service.clientUrl("chat", { userId: "ada" })}&lang=de`);
    await until(() => told.length === 2);
    client.ws.send("hi");
    client.ws.send(Buffer.from([1]));
    expect([await client.next(), await client.next()]).toEqual(["1", "2"]);
    await serviceClient(service).group("lobby").sendToAll("in the group", text);
    expect(await client.next()).toBe("in the group");
    client.ws.close(1000, "bye");
    await until(() => told.length === 5);
    expect(told).toEqual([
      ["connect", "ada", ["de"]],
      ["connected", { count: 0 }],
      ["message", "text", "hi"],
      ["message", "binary", Buffer.from([1])],
      ["bye", { count: 2 }],
    ]);
    expect(requests).toEqual(["OPTIONS /events", ...Array(5).fill("POST /events")]);
  });

  it("refuses a client with 401, and fails an event", async () => {
    const { service } = await start({
      handleConnect: ({ context }, response) =>
        context.userId === "eve" ? response.fail(401, "no") : response.success(),
      handleUserEvent: (_request, response) => response.fail(400, "no"),
    });
    expect((await refusedClient(service.clientUrl("chat", { userId: "eve" }))).status).toBe(401);
    const client = await connect(service.clientUrl("chat", { userId: "ada" }));
    client.ws.send("hi");
    expect((await client.closed).code).toBe(1011);
  });

  it("answers the official client in JSON, text and bytes", async () => {
    const { service } = await start({
      handleUserEvent(request, response) {
        if (request.dataType === "json") {
          response.success(JSON.stringify({ got: request.data }), "json");
        } else if (request.dataType === "text") response.success(request.data, "text");
        else response.success(request.data as ArrayBuffer);
      },
    });
    const client = new WebPubSubClient(service.clientUrl("chat"), {
      protocol: WebPubSubJsonProtocol(),
    });
    onTestFinished(() => client.stop());
    const seen: unknown[] = [];
    client.on("server-message", ({ message }) => seen.push(message.data));
    await client.start();
    await client.sendEvent("e", { a: 1 }, "json");
    await client.sendEvent("e", "text", "text");
    await client.sendEvent("e", new Uint8Array([7]).buffer, "binary");
    await until(() => seen.length === 3);
    expect(seen).toEqual([{ got: { a: 1 } }, "text", new Uint8Array([7]).buffer]);
  });

  it("may name this service among its allowed endpoints, and no other", async () => {
    const other = await start({ allowedEndpoints: ["https://x.webpubsub.azure.com"] });
    expect((await refusedClient(other.service.clientUrl("chat"))).status).toBe(500);
    const webHookOrigin = "x.webpubsub.azure.com";
    const good = await start(
      { allowedEndpoints: ["https://y.example", "https://x.webpubsub.azure.com"] },
      { webHookOrigin },
    );
    await connect(good.service.clientUrl("chat"));
  });

  it("answers 404 for a foreign hub, which refuses the client", async () => {
    const { service } = await start({}, {}, "other");
    expect((await refusedClient(service.clientUrl("chat"))).status).toBe(404);
  });
});

describe("a handler that cannot be reached", () => {
  it("refuses clients with 500, and is asked again", async () => {
    const hubs = { chat: { eventHandlers: [{ urlTemplate: "http://127.0.0.1:1/{event}" }] } };
    const service = await startService({ hubs });
    expect((await refusedClient(service.clientUrl("chat"))).status).toBe(500);
  });
});
