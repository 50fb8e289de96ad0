import { afterEach, describe, expect, it, vi } from "vitest";
import { type ClientOptions, createClient, HubbubClientError } from "../src/index.ts";
import { resolveOptions } from "../src/resolve-options.ts";
import { createFakeServer } from "./fake-server.ts";
import { settle, setUp } from "./setup.ts";

const { WebSocket } = createFakeServer();
const url = "ws://fake";

afterEach(() => vi.unstubAllGlobals());

describe("createClient's options", () => {
  it.each([
    ["url", { WebSocket }],
    ["url", { WebSocket, url, negotiate: async () => ({ url }) }],
    ["session", { WebSocket, url, session: "too short" }],
    ["session", { WebSocket, url, session: "x".repeat(65) }],
    ["session", { WebSocket, url, session: "0123456789abcde." }],
    ["connectTimeoutMs", { WebSocket, url, connectTimeoutMs: -5 }],
    ["answerTimeoutMs", { WebSocket, url, answerTimeoutMs: 0 }],
    ["backoffMaxMs", { WebSocket, url, backoffMaxMs: -1 }],
    ["maxPending", { WebSocket, url, maxPending: Number.NaN }],
  ])("names %s if it is wrong", (name, options) => {
    expect(() => createClient(options)).toThrow(HubbubClientError);
    expect(() => createClient(options)).toThrow(name);
  });

  it.each([16, 64])("take a session of %i characters", (length) => {
    return createClient({ WebSocket, url, session: "_".repeat(length) }).close();
  });

  it("say with their code and message what is wrong", () => {
    const error = {
      name: "HubbubClientError",
      code: "invalid_argument",
      message: "wrong url",
      retryable: false,
    };
    expect(() => createClient({ WebSocket })).toThrow(expect.objectContaining(error));
  });

  it("default to 10 s for a connect and an answer, 30 s between connects, 1000 publishes", () => {
    expect(resolveOptions({ WebSocket, url })).toMatchObject({
      connectTimeoutMs: 10_000,
      answerTimeoutMs: 10_000,
      backoffMaxMs: 30_000,
      maxPending: 1000,
      now: Date.now,
    });
  });

  it.each<[ClientOptions, object]>([
    [{ url }, { url }],
    [
      { url, token: "t" },
      { url, token: "t" },
    ],
    [
      { url: async () => url, token: () => "t" },
      { url, token: "t" },
    ],
    [{ url: () => new URL("ws://fake/a"), token: async () => undefined }, { url: "ws://fake/a" }],
    [
      { negotiate: async () => ({ url, token: "n" }), token: "t" },
      { url, token: "n" },
    ],
  ])("lead to address and token: %o", async (options, target) => {
    expect(await resolveOptions({ WebSocket, ...options }).target()).toEqual(target);
  });

  it.each<[ClientOptions, boolean]>([
    [{ url }, false],
    [{ url: new URL(url), token: "t" }, false],
    [{ url, token: () => "t" }, true],
    [{ url: () => url }, true],
    [{ negotiate: async () => ({ url }) }, true],
  ])("tell whether asking again can help: %o", (options, renewable) => {
    expect(resolveOptions({ WebSocket, ...options }).renewable).toBe(renewable);
  });

  it("take undefined for not given", () => {
    const client = createClient({ WebSocket, url, session: undefined, maxPending: undefined });
    expect(client.state).toBe("connecting");
    return client.close();
  });

  it("asks for WebSocket where there is none", () => {
    vi.stubGlobal("WebSocket", undefined);
    expect(() => createClient({ url })).toThrow("WebSocket");
  });

  it("default to the platform's WebSocket, clock and randomness", async () => {
    const server = createFakeServer();
    vi.stubGlobal("WebSocket", server.WebSocket);
    const client = createClient({ url: new URL("ws://fake/chat"), token: async () => "t" });
    await client.join("lobby").joined;
    expect(server.last.url).toBe("ws://fake/chat");
    const [hello] = server.sent("hello");
    expect(hello?.token).toBe("t");
    expect(hello?.session).toMatch(/^[\w-]{25}$/);
    await client.close();
  });

  it("keep the session across reconnects", async () => {
    const { server, clock } = setUp();
    await settle();
    server.last.drop();
    await clock.advance(500);
    const sessions = server.sent("hello").map(({ session }) => session);
    expect(sessions[0]).toBe(sessions[1]);
  });
});

describe("the browser's online event", () => {
  it("ends the backoff", async () => {
    const listeners = new Map<string, () => void>();
    vi.stubGlobal("addEventListener", (type: string, run: () => void) => listeners.set(type, run));
    vi.stubGlobal("removeEventListener", (type: string) => listeners.delete(type));
    const { server, client } = setUp();
    listeners.get("online")?.();
    await settle();
    listeners.get("online")?.();
    expect(server.sockets).toHaveLength(1);
    server.last.drop();
    listeners.get("online")?.();
    await settle();
    expect(client.state).toBe("open");
    listeners.get("online")?.();
    await settle();
    expect(server.sockets).toHaveLength(2);
    await client.close();
    expect(listeners.size).toBe(0);
  });

  it("does not disturb a connection that is being made", async () => {
    const listeners: (() => void)[] = [];
    vi.stubGlobal("addEventListener", (_type: string, run: () => void) => listeners.push(run));
    const server = createFakeServer();
    server.accepting = false;
    setUp({}, server);
    await settle();
    listeners[0]?.();
    await settle();
    expect(server.sockets).toHaveLength(1);
  });
});
