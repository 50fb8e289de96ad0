import { afterEach, describe, expect, it, vi } from "vitest";
import { createClient, HubbubClientError } from "../src/index.ts";
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
    ["answerTimeoutMs", { WebSocket, url, answerTimeoutMs: 0 }],
    ["backoffMaxMs", { WebSocket, url, backoffMaxMs: -1 }],
    ["maxPending", { WebSocket, url, maxPending: Number.NaN }],
  ])("names %s if it is wrong", (name, options) => {
    expect(() => createClient(options)).toThrow(HubbubClientError);
    expect(() => createClient(options)).toThrow(name);
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

  it("keep the session across reconnects, and differ between clients", async () => {
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
    await settle();
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
});
