import { setTimeout as sleep } from "node:timers/promises";
import { type Chat, type ConnectionStore, defineChat, type RoomLog } from "@hubbub/core";
import { createMemoryConnectionStore, createMemoryRoomLog } from "@hubbub/core/memory";
import {
  createLocalWebFunction,
  type LocalWebFunction,
  type LocalWebFunctionOptions,
} from "@hubbub/local/tencent";
import type { ChatServer } from "@hubbub/node";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import { serveWebFunction, type WebFunctionOptions } from "../../src/web-function.ts";

const events: { say: { data: z.ZodObject<{ text: z.ZodString }> } } = {
  say: { data: z.object({ text: z.string() }) },
};

/** The chat of these tests. */
export const chat: Chat<typeof events> = defineChat({
  events,
  presence: { windowMs: 5 },
  plain: {
    room: "lobby",
    receive: (text) => ({ event: "say", data: { text } }),
    render: ({ data }) => `> ${(data as { text: string }).text}`,
  },
});

/** What a test may change. */
export interface RigOptions {
  server?: Partial<WebFunctionOptions>;
  platform?: Partial<LocalWebFunctionOptions>;
  served?: Chat<typeof events>;
}

/** A function on the local platform, with its server in this process. */
export interface Rig {
  readonly fn: LocalWebFunction;
  /** The servers of its instances, oldest first. */
  readonly servers: ChatServer<typeof events>[];
}

/** Starts a function whose instances share a store and a log, as one chat over COS. */
export async function startRig({ server, platform, served = chat }: RigOptions = {}): Promise<Rig> {
  const ports = {
    clock: { now: Date.now, sleep },
    random: Math.random,
    id: () => crypto.randomUUID(),
  };
  const store: ConnectionStore = createMemoryConnectionStore(ports);
  const log: RoomLog = createMemoryRoomLog(ports);
  const servers: ChatServer<typeof events>[] = [];
  const timing = { timeoutMs: 7_200_000, idleTimeoutMs: 60_000 };
  const fn = await createLocalWebFunction({
    async server() {
      const running = await serveWebFunction(served, {
        ...{ ...timing, port: 0, host: "127.0.0.1", signals: false, drainMs: 100, store, log },
        ...server,
      });
      servers.push(running);
      return { port: running.port, close: () => running.close() };
    },
    ...{ maxConcurrency: 100, ...timing, logger: { error() {} } },
    ...platform,
  });
  onTestFinished(() => fn.close());
  return { fn, servers };
}

type Frame = Record<string, unknown> & { type: string };

/** A client of the wire protocol, or a plain one. */
export interface TestClient {
  readonly ws: WebSocket;
  readonly frames: Frame[];
  readonly texts: string[];
  readonly closed: Promise<{ code: number; reason: string }>;
  send(...frames: object[]): void;
  wait(fits: (frame: Frame) => boolean): Promise<Frame>;
}

/** Opens a socket. */
export async function connect(
  url: string,
  protocols: string[] = ["hubbub.v1"],
): Promise<TestClient> {
  const ws = new WebSocket(url, protocols, { headers: { origin: "https://chat.example" } });
  onTestFinished(() => ws.terminate());
  const frames: Frame[] = [];
  const texts: string[] = [];
  const waiting = new Set<() => void>();
  ws.on("message", (data) => {
    texts.push(String(data));
    if (protocols.length > 0) frames.push(...[JSON.parse(String(data))].flat());
    for (const check of waiting) check();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.once("close", (code, reason) => resolve({ code, reason: String(reason) }));
  });
  await new Promise<void>((resolve, reject) => {
    ws.once("open", resolve).on("error", reject);
  });
  return {
    ...{ ws, frames, texts, closed },
    send: (...sent) => ws.send(JSON.stringify(sent)),
    wait: (fits) =>
      new Promise((resolve) => {
        const check = () => {
          const found = frames.find(fits);
          if (!found) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      }),
  };
}

/** Opens a socket, says hello and joins the lobby. */
export async function enter(url: string, token?: string): Promise<TestClient> {
  const client = await connect(url);
  const session = crypto.randomUUID();
  client.send({ type: "hello", session, token }, { type: "join", room: "lobby" });
  await client.wait(({ type }) => type === "joined");
  return client;
}
