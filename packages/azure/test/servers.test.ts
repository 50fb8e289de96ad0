import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  app,
  type HttpHandler,
  HttpRequest,
  HttpResponse,
  InvocationContext,
} from "@azure/functions";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import { Hono } from "hono";
import { describe, expect, it, onTestFinished } from "vitest";
import type { EventHandler } from "../src/index.ts";
import { createChat, type Events } from "./event-kit.ts";
import { enter, startService } from "./service-kit.ts";

type Get = () => EventHandler<Events>;
type Handler = (request: Request) => Promise<Response>;

async function listen(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => void server.close(() => resolve()));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/chat/{event}`;
}

const servers: [string, (handle: Handler) => RequestListener][] = [
  ["node:http", (handle) => getRequestListener((request) => handle(request))],
  [
    "Express",
    (handle) => {
      const server = express();
      server.all(
        "/api/chat/:event",
        getRequestListener((request) => handle(request)),
      );
      return server;
    },
  ],
  [
    "Hono",
    (handle) => {
      const server = new Hono();
      server.all("/api/chat/:event", (context) => handle(context.req.raw));
      return getRequestListener(server.fetch);
    },
  ],
];

async function talk(kit: Awaited<ReturnType<typeof startService>>) {
  const [ann, bob] = [await enter(kit.open()), await enter(kit.open())];
  await ann.say("Zoë 🦊");
  await expect.poll(() => bob.heard).toEqual(["Zoë 🦊"]);
  await expect.poll(() => ann.heard).toEqual(["Zoë 🦊"]);
  await ann.room.publish("say", { text: "x".repeat(20_000) });
  await expect.poll(() => bob.heard).toHaveLength(2);
  expect(kit.problems).toEqual([]);
}

describe("the handler runs unchanged", { timeout: 30_000 }, () => {
  it.each(servers)("on %s", async (_name, listenerOf) => {
    const current: { get?: Get } = {};
    const urlTemplate = await listen(listenerOf((request) => (current.get as Get)()(request)));
    const kit = await startService(createChat(), { urlTemplate });
    current.get = () => kit.handler;
    await talk(kit);
  });

  it("as a function of Azure Functions, whose requests are no Request", async () => {
    const serve = (get: Get) => async (request: Request) => {
      const handler: HttpHandler = (incoming) => get()(incoming);
      const given = new HttpRequest({
        method: request.method,
        url: request.url,
        headers: Object.fromEntries(request.headers),
        ...(request.method === "POST" && { body: { string: await request.text() } }),
      });
      expect(given).not.toBeInstanceOf(Request);
      const answer = await handler(given, new InvocationContext());
      const { status, headers, body } = new HttpResponse(answer as Response);
      return new Response(body as ReadableStream | null, { status, headers });
    };
    await talk(await startService(createChat(), { serve }));
    expect(app.http).toBeTypeOf("function");
  });
});
