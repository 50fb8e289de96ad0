import { once } from "node:events";
import {
  type Chat,
  defineChat,
  type EventDefinitions,
  type Logger,
  RejectedError,
  type ServerFrame,
  type User,
} from "@hubbub/core";
import { onTestFinished } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { z } from "zod";
import { type ChatServer, type ServeOptions, serve } from "../src/index.ts";

/** A frame as a test reads it. */
type Frame = ServerFrame & Record<string, unknown>;

const FAST = { perSecond: Infinity, burst: Infinity };

const say: z.ZodObject<{ text: z.ZodString }> = z.object({ text: z.string() });
const events: { say: { data: typeof say } } = { say: { data: say } };

/** A chat with everything that the tests need. */
export const chat: Chat<typeof events> = defineChat({
  events,
  presence: { windowMs: 5 },
  limits: { connectionRate: FAST, userRate: FAST },
  plain: {
    room: "lobby",
    receive: (text) => ({ event: "say", data: { text } }),
    render: ({ data }) => `> ${(data as { text: string }).text}`,
  },
});

/** The same chat for the user with the token "good". */
export const privateChat: Chat<typeof events, { userId: string; name: string }> = defineChat({
  ...chat.definition,
  authenticate({ token }) {
    if (token !== "good") throw new RejectedError("unauthenticated");
    return { userId: "ann", name: "Ann" };
  },
});

/** A logger that keeps what it is told. */
export function createTestLogger(): Logger & { lines: string[] } {
  const lines: string[] = [];
  const add = (message: string, details?: Record<string, unknown>) => {
    lines.push(`${message} ${String(details?.error ?? "")}`.trim());
  };
  return { lines, error: add, warn: add };
}

/** Serves a chat on a free port of the loopback for as long as the test runs. */
export async function startServer<E extends EventDefinitions, U extends User>(
  served: Chat<E, U>,
  options: ServeOptions = {},
): Promise<ChatServer<E>> {
  const server = await serve(served, {
    ...{ host: "127.0.0.1", port: 0, signals: false, drainMs: 50, logger: createTestLogger() },
    ...options,
  });
  onTestFinished(() => server.close());
  return server;
}

/** A WebSocket that keeps what it receives. */
export interface RawClient {
  readonly ws: WebSocket;
  /** All frames so far; what is no JSON is kept as `{ type: "text", text }`. */
  readonly frames: Frame[];
  /** How many WebSocket messages they came in. */
  messages(): number;
  /** Resolves when the socket is closed. */
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Sends frames as one message. */
  send(...frames: object[]): void;
  /** Waits for a frame that fits, among those that came already, too. */
  wait(fits: Partial<Frame> | ((frame: Frame) => boolean)): Promise<Frame>;
}

/** Opens a socket; rejects with the HTTP status if it is refused. */
export async function connect(
  url: string,
  protocols: string[] = ["hubbub.v1"],
  options: ClientOptions = {},
): Promise<RawClient> {
  const ws = new WebSocket(url, protocols, options);
  onTestFinished(() => ws.terminate());
  const frames: Frame[] = [];
  const waiting = new Set<() => void>();
  let messages = 0;
  ws.on("message", (data) => {
    messages += 1;
    frames.push(...framesOf(data.toString()));
    for (const check of waiting) check();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.once("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  const refused = new Promise<never>((_, reject) => {
    ws.once("unexpected-response", (_request, { statusCode }) =>
      reject(new Error(`${statusCode}`)),
    );
    ws.on("error", reject);
  });
  await Promise.race([once(ws, "open"), refused]);
  refused.catch(() => {});

  return {
    ws,
    frames,
    messages: () => messages,
    closed,
    send: (...sent) => ws.send(JSON.stringify(sent.length === 1 ? sent[0] : sent)),
    wait(fits) {
      const matches = typeof fits === "function" ? fits : matcher(fits);
      return new Promise((resolve) => {
        const check = () => {
          const found = frames.find(matches);
          if (!found) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      });
    },
  };
}

/** Opens a socket, says hello and joins a room. */
export async function enter(
  url: string,
  room = "lobby",
  token?: string,
  options: ClientOptions = {},
): Promise<RawClient> {
  const client = await connect(url, undefined, options);
  client.send({ type: "hello", session: `session-${Math.random()}`.replace(".", ""), token });
  client.send({ type: "join", room });
  await client.wait({ type: "joined" });
  return client;
}

/** A publish frame from the beginning of the room's log. */
export function publish(client: RawClient, text: string, mid = `mid-${text}`): object {
  const joined = client.frames.find(({ type }) => type === "joined") as Frame;
  const position = { epoch: joined.epoch, after: joined.head };
  return { type: "publish", room: "lobby", event: "say", data: { text }, mid, ...position };
}

function matcher(fits: Partial<Frame>): (frame: Frame) => boolean {
  return (frame) => Object.entries(fits).every(([key, value]) => frame[key] === value);
}

function framesOf(text: string): Frame[] {
  try {
    const value = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch {
    return [{ type: "text", text } as unknown as Frame];
  }
}
