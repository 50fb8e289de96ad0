import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocketServer } from "ws";
import { attach, type ServeOptions } from "../src/index.ts";
import { chat, connect, createTestLogger, enter, publish, startServer } from "./kit.ts";

describe("HTTP requests", () => {
  const at = (server: { port: number }, path: string) => `http://127.0.0.1:${server.port}${path}`;

  it("tells its health, and that it drains", async () => {
    const server = await startServer(chat, { drainMs: 60_000 });
    const client = await enter(server.url);
    const ok = await fetch(at(server, "/health?probe=1"));
    expect([ok.status, await ok.json()]).toEqual([200, { status: "ok", connections: 1 }]);
    const closed = server.close();
    const draining = await fetch(at(server, "/health"));
    expect([draining.status, await draining.json()]).toEqual([503, { status: "draining" }]);
    client.ws.close();
    await closed;
  });

  it("asks for an upgrade on its path and knows no other", async () => {
    const server = await startServer(chat, { path: "/chat", healthPath: "/up" });
    const statuses = ["/chat", "/", "/health", "/up"].map(
      async (path) => (await fetch(at(server, path))).status,
    );
    expect(await Promise.all(statuses)).toEqual([426, 404, 404, 200]);
  });

  it("leaves other requests to the handler, and survives it", async () => {
    const logger = createTestLogger();
    const server = await startServer(chat, {
      logger,
      async handler(request, response) {
        if (request.url === "/broken") throw new Error("broken page");
        response.end("a page");
      },
    });
    expect(await (await fetch(at(server, "/"))).text()).toBe("a page");
    expect((await fetch(at(server, "/broken"))).status).toBe(500);
    expect((await fetch(at(server, "/health"))).status).toBe(200);
    expect(logger.lines).toEqual(["the request handler failed Error: broken page"]);
    await enter(server.url);
  });
});

describe("attach", () => {
  async function listen(server: Server): Promise<void> {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
  }

  it("shares a server with its own routes and other upgrades", async () => {
    const http = createServer((_request, response) => response.end("mine"));
    const echo = new WebSocketServer({ noServer: true });
    http.on("upgrade", (request, socket, head) => {
      if (request.url !== "/echo") return;
      echo.handleUpgrade(request, socket, head, (ws) => {
        ws.on("message", (data) => ws.send(`echo ${data}`));
      });
    });
    const options = { path: "/chat", drainMs: 10, logger: createTestLogger() };
    const server = attach(chat, http, options);
    expect(server.port).toBe(0);
    await listen(http);

    const [client] = [await enter(server.url), await enter(server.url)];
    const other = await connect(server.url.replace("/chat", "/echo"), []);
    other.ws.send("hi");
    await other.wait({ text: "echo hi" });
    expect(await (await fetch(`http://127.0.0.1:${server.port}/`)).text()).toBe("mine");
    expect(server.connections()).toBe(2);

    await server.close();
    expect(await client.closed).toMatchObject({ code: 1012 });
    expect(other.ws.readyState).toBe(1);
    expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(200);
  });

  it("serves WebSockets over TLS, messages of many sizes in their order", async () => {
    const pem = (name: string) =>
      readFileSync(new URL(`fixtures/loopback.${name}.pem`, import.meta.url));
    const https = createTlsServer({ cert: pem("cert"), key: pem("key") });
    const options = { path: "/chat", drainMs: 10, logger: createTestLogger() };
    const server = attach(chat, https, options);
    await listen(https);
    expect(server.url).toBe(`wss://127.0.0.1:${server.port}/chat`);
    const come = () => enter(server.url, "lobby", undefined, { ca: pem("cert") });
    const [ann, bob] = [await come(), await come()];
    const sizes = [1, 125, 126, 16_384, 16_385, 20_000];
    for (const [after, size] of sizes.entries()) {
      ann.send({ ...publish(ann, "x".repeat(size), `mid-${after}`), after });
    }
    await bob.wait({ type: "message", seq: sizes.length });
    const messages = bob.frames.filter((frame) => frame.type === "message");
    expect(messages.map(({ data }) => (data as { text: string }).text.length)).toEqual(sizes);
    await server.close();
    expect(await bob.closed).toMatchObject({ code: 1012 });
  });

  it("refuses options of serve", () => {
    const options: ServeOptions = { port: 4000 };
    expect(() => attach(chat, createServer(), options)).toThrow("attach: port is not an option");
  });
});
