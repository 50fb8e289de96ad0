import { once } from "node:events";
import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { attach, serve } from "../src/index.ts";
import { chat, createTestLogger, enter } from "./kit.ts";

/** A backend that tells how often it was closed, and how many connections there were then. */
function createBackend() {
  const closed: (number | undefined)[] = [];
  const server: { connections?: () => number } = {};
  const close = async () => void closed.push(server.connections?.());
  return { closed, server, close };
}

const quiet = { drainMs: 20, logger: createTestLogger() };

describe("the option close", () => {
  it("is called once, when a server has closed", async () => {
    const { closed, server, close } = createBackend();
    const served = await serve(chat, {
      ...{ host: "127.0.0.1", port: 0, signals: false, close },
      ...quiet,
    });
    server.connections = served.connections;
    await enter(served.url);
    expect(closed).toEqual([]);
    await Promise.all([served.close(), served.close()]);
    await served.close();
    expect(closed).toEqual([0]);
  });

  it("is called once, when an attached chat has closed", async () => {
    const { closed, close } = createBackend();
    const http = createServer().listen(0, "127.0.0.1");
    await once(http, "listening");
    const attached = attach(chat, http, { close, ...quiet });
    await Promise.all([attached.close(), attached.close()]);
    expect(closed).toHaveLength(1);
    http.close();
  });

  it("is called when the server can't listen", async () => {
    const { closed, close } = createBackend();
    const http = createServer().listen(0, "127.0.0.1");
    await once(http, "listening");
    const { port } = http.address() as { port: number };
    const options = { host: "127.0.0.1", port, signals: false, close };
    await expect(serve(chat, options)).rejects.toMatchObject({ code: "invalid_argument" });
    expect(closed).toHaveLength(1);
    http.close();
  });

  it("has to be a function", async () => {
    const close = 1 as unknown as () => Promise<void>;
    await expect(serve(chat, { close })).rejects.toMatchObject({ code: "invalid_argument" });
  });
});
