import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, request } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { connect, createTestClock } from "../../kit.ts";
import { refusedStatus, until } from "../../tencent-kit.ts";
import { createProbeServer, startFunction } from "./web-function-kit.ts";

const HANDSHAKE = {
  ...{ connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" },
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** Starts a server that ends with the test; answers what starts it for a function. */
async function listen(server: Server): Promise<() => Promise<{ port: number }>> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return async () => ({ port: (server.address() as AddressInfo).port });
}

/** Asks for an upgrade with a path that no URL parser has seen. */
function ask(port: number, path: string) {
  const asked = request({ host: "127.0.0.1", port, path, headers: HANDSHAKE }).end();
  asked.on("error", () => undefined);
  onTestFinished(() => void asked.destroy());
  return asked;
}

describe("a server of a Web Function, as anybody writes one", () => {
  it.each(["/a/../b/./c", "//a", "/%2F%E4%B8%AD?x&y=&z=1+2", "http://other.example/x?y"])(
    "gets the target %s as the client sent it",
    async (path) => {
      const probe = createProbeServer();
      const fn = await startFunction({ server: probe.start });
      const [, socket] = await once(ask(fn.port, path), "upgrade");
      socket.destroy();
      expect(probe.requests[0]?.url).toBe(path);
    },
  );

  it("refuses with its own words and headers", async () => {
    const server = createHttpServer();
    server.on("upgrade", (_request, socket) => {
      const lines = ["HTTP/1.1 401 Not you", "Content-Type: application/json"];
      lines.push("WWW-Authenticate: Bearer", "Set-Cookie: a=1", "Set-Cookie: b=2");
      socket.end([...lines, "Connection: close", "", '{"no":true}'].join("\r\n"));
    });
    const fn = await startFunction({ server: await listen(server) });
    const [response] = (await once(ask(fn.port, "/"), "response")) as [IncomingMessage];
    expect([response.statusCode, response.statusMessage]).toEqual([401, "Not you"]);
    expect(response.headers).toMatchObject({
      ...{ "content-type": "application/json", "www-authenticate": "Bearer" },
      ...{ "set-cookie": ["a=1", "b=2"], "content-length": "11" },
    });
    expect(String(await once(response, "data"))).toBe('{"no":true}');
  });

  it("that does not answer is given up after the idle time-out, and its place is free again", async () => {
    const clock = createTestClock();
    let asked = 0;
    const silent = createServer((socket) => {
      asked += 1;
      socket.on("error", () => undefined);
    });
    const fn = await startFunction({ server: await listen(silent), clock });
    const refused = refusedStatus(fn.url);
    await until(() => asked === 1);
    await clock.advance(14_999);
    expect(fn.instances()).toMatchObject([{ connections: 1 }]);
    await clock.advance(1);
    expect(await refused).toBe(500);
    expect(fn.invocations()).toMatchObject([{ status: 455, endedAt: clock.now() }]);
    expect(fn.instances()).toMatchObject([{ connections: 0 }]);
    expect(clock.timers).toBe(0);
  });

  it("that listens no more gets no further connections: another instance is started", async () => {
    const servers: WebSocketServer[] = [];
    const start = async () => {
      const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
      servers.push(server);
      onTestFinished(() => void server.close());
      await once(server, "listening");
      return { port: (server.address() as AddressInfo).port };
    };
    const fn = await startFunction({ server: start, maxConcurrency: 10, maxInstances: 2 });
    const first = await connect(fn.url);
    servers[0]?.close();
    await connect(fn.url);
    await connect(fn.url);
    expect(fn.invocations().map(({ instance }) => instance)).toEqual([1, 2, 2]);
    expect(first.ws.readyState).toBe(WebSocket.OPEN);
    servers[1]?.close();
    expect(await refusedStatus(fn.url)).toBe(500); // Both places for instances are taken.
    expect(fn.invocations().at(-1)).toMatchObject({ status: 432 });
  });

  it("never sees a message that is far too long, and the platform says why", async () => {
    const probe = createProbeServer();
    const fn = await startFunction({ server: probe.start });
    const { ws, closed } = await connect(fn.url);
    ws.send(Buffer.alloc(17 * 1024 * 1024));
    await closed;
    await until(() => fn.invocations()[0]?.status !== undefined);
    const broke = { bound: "maxMessageBytes", by: "client" };
    expect(fn.invocations()).toMatchObject([{ status: 456, broke, received: 0 }]);
  });
});
