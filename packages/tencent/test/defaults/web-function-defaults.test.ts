import { defineChat } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { planWebFunction, type WebFunctionOptions } from "../../src/web-function-options.ts";

const chat = defineChat({ events: { say: { data: z.object({ text: z.string() }) } } });
const plan = (
  options: Partial<WebFunctionOptions>,
  served: Parameters<typeof planWebFunction>[0] = chat,
) => planWebFunction(served, { timeoutMs: 7_200_000, ...options });
const outcome = (run: () => unknown) => {
  try {
    run();
    return "fine";
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

describe("a Web Function's options", () => {
  it("have the platform's defaults", () => {
    expect(plan({})).toEqual({
      maxAgeMs: 7_140_000,
      heartbeatMs: 9000, // 60 % of 15 seconds.
      traffic: { messagesPerSecond: 10, bytesPerSecond: 131_072, maxMessageBytes: 262_144 },
    });
    expect(plan({ idleTimeoutMs: 60_000 }).heartbeatMs).toBe(25_000); // The chat's own.
  });

  it.each([
    [20_000, 18_000],
    [600_000, 540_000],
    [600_010, 540_010],
    [7_200_000, 7_140_000],
  ])("close a connection of %i ms after %i", (timeoutMs, maxAgeMs) => {
    expect(plan({ timeoutMs }).maxAgeMs).toBe(maxAgeMs);
  });

  it.each<[string, Partial<WebFunctionOptions>, string]>([
    ["timeoutMs", { timeoutMs: 19_999 }, "invalid_argument"],
    ["timeoutMs", { timeoutMs: 20_000 }, "fine"],
    ["timeoutMs", { timeoutMs: 7_200_000 }, "fine"],
    ["timeoutMs", { timeoutMs: 7_200_001 }, "invalid_argument"],
    ["timeoutMs", { timeoutMs: 20_000.5 }, "invalid_argument"],
    ["idleTimeoutMs", { idleTimeoutMs: 1999 }, "invalid_argument"],
    ["idleTimeoutMs", { idleTimeoutMs: 2000 }, "fine"],
    ["idleTimeoutMs", { timeoutMs: 30_000, idleTimeoutMs: 30_000 }, "fine"],
    ["idleTimeoutMs", { timeoutMs: 30_000, idleTimeoutMs: 30_001 }, "invalid_argument"],
  ])("bound %s: %o is %s", (name, options, expected) => {
    expect(outcome(() => plan(options))).toBe(expected);
    if (expected !== "fine") expect(() => plan(options)).toThrow(name);
  });

  it.each(["maxBytes", "maxReplyBytes"] as const)("let %s be the longest message", (limit) => {
    const of = (bytes: number) => ({ ...chat, limits: { ...chat.limits, [limit]: bytes } });
    expect(outcome(() => plan({}, of(262_144)))).toBe("fine");
    expect(outcome(() => plan({}, of(262_145)))).toBe("invalid_argument");
  });
});
