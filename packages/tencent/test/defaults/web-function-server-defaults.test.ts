import { defineChat } from "@hubbub/core";
import { expect, it, vi } from "vitest";
import { z } from "zod";
import { serveWebFunction, type WebFunctionOptions } from "../../src/web-function.ts";

const served: [chat: { heartbeatMs: number }, options: object][] = [];
vi.mock("@hubbub/node", () => ({
  serve: async (...call: (typeof served)[number]) => void served.push(call),
}));

const chat = defineChat({
  events: { say: { data: z.object({ text: z.string() }) } },
  heartbeatMs: 60_000,
});
const serve = async (options: Partial<WebFunctionOptions> = {}) => {
  await serveWebFunction(chat, { timeoutMs: 7_200_000, ...options });
  return served.pop() ?? [];
};

it("listens where the platform looks, for 100 connections, and drains for five seconds", async () => {
  const [livelier, options] = await serve();
  expect(livelier).toMatchObject({ heartbeatMs: 9000 });
  expect(options).toMatchObject({
    ...{ port: 9000, host: "0.0.0.0", maxConnections: 100, drainMs: 5000 },
    ...{ maxAgeMs: 7_140_000, pingMs: 9000 },
    traffic: { messagesPerSecond: 10, bytesPerSecond: 131_072, maxMessageBytes: 262_144 },
  });
});

it("pings as often as clients beat, every 25 seconds at least", async () => {
  const [, longer] = await serve({ idleTimeoutMs: 600_000, port: 1, host: "::", drainMs: 0 });
  expect(longer).toMatchObject({ pingMs: 25_000, port: 1, host: "::", drainMs: 0 });
  const [, raised] = await serve({ maxConnections: 7, traffic: { messagesPerSecond: 20 } });
  expect(raised).toMatchObject({
    maxConnections: 7,
    traffic: { messagesPerSecond: 20, bytesPerSecond: 131_072, maxMessageBytes: 262_144 },
  });
});
