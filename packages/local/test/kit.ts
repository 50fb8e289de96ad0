import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { onTestFinished } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import {
  createLocalApiGateway,
  type LocalApiGateway,
  type LocalApiGatewayOptions,
  type LocalClock,
} from "../src/aws.ts";

/** A clock that moves when told to; between two timers, what is in progress goes on. */
export interface TestClock extends LocalClock {
  advance(ms: number): Promise<void>;
  readonly timers: number;
}

export function createTestClock(startAt: number = Date.UTC(2026, 0, 2, 3, 4, 5)): TestClock {
  let time = startAt;
  const timers = new Set<{ at: number; fn: () => void }>();
  const settle = async () => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    now: () => time,
    setTimer(ms, fn) {
      const timer = { at: time + ms, fn };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const end = time + ms;
      await settle();
      for (;;) {
        const due = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        time = Math.max(time, due.at);
        timers.delete(due);
        due.fn();
        await settle();
      }
      time = end;
    },
    get timers() {
      return timers.size;
    },
  };
}

export const ok = async (): Promise<{ statusCode: number }> => ({ statusCode: 200 });
export const silent = { error: (): void => undefined };

/** Starts a gateway that ends with the test. */
export async function startGateway(
  options: Partial<LocalApiGatewayOptions> = {},
): Promise<LocalApiGateway> {
  const gateway = await createLocalApiGateway({ routes: {}, logger: silent, ...options });
  onTestFinished(() => gateway.close());
  return gateway;
}

/** A client whose messages wait to be asked for. */
export interface TestClient {
  readonly ws: WebSocket;
  /** The next message, however long it takes. */
  next(): Promise<string>;
  /** The next message as JSON. */
  nextJson(): Promise<Record<string, unknown>>;
  /** Resolves when the socket has closed, with code and reason. */
  closed: Promise<{ code: number; reason: string }>;
}

/** Connects, and resolves once the socket is open. */
export async function connect(
  url: string,
  protocols: string[] = [],
  options: ClientOptions = {},
): Promise<TestClient> {
  const ws = new WebSocket(url, protocols, options);
  const messages: string[] = [];
  const waiting: ((text: string) => void)[] = [];
  ws.on("message", (data) => {
    const take = waiting.shift();
    if (take) take(String(data));
    else messages.push(String(data));
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.on("close", (code, reason) => resolve({ code, reason: String(reason) }));
  });
  await once(ws, "open");
  const next = async () => messages.shift() ?? new Promise<string>((take) => waiting.push(take));
  return { ws, next, nextJson: async () => JSON.parse(await next()), closed };
}

/** Connects where the upgrade is refused. */
export async function refused(
  url: string,
  protocols: string[] = [],
  options: ClientOptions = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const ws = new WebSocket(url, protocols, options);
  ws.on("error", () => undefined);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    ws.once("unexpected-response", (_request, answer) => resolve(answer));
    ws.once("open", () => reject(new Error("the upgrade was not refused")));
  });
  const chunks = await response.toArray();
  return { status: response.statusCode ?? 0, body: JSON.parse(chunks.join("")) };
}

/** Resolves what a call rejects with. */
export async function rejection(work: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  const error = await work.then(
    () => new Error("it did not reject"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error("it rejected with no error");
  return Object.assign(error);
}
