import { describe, expect, it } from "vitest";
import { createLambdaHandler } from "../../src/index.ts";
import { startDirect as start } from "./lambda-direct.ts";
import { chat } from "./lambda-kit.ts";

describe("wrong options", () => {
  it.each([
    [{ store: undefined }, /tableName/],
    [{ tableNmae: "chat" }, /tableNmae is not an option/],
    [{ fanOutAbove: 0 }, /fanOutAbove/],
    [{ marginMs: -1 }, /marginMs/],
    [{ queueUrl: "jobs" }, /queueUrl/],
    [{ queueUrl: "https://sqs.eu-west-1.amazonaws.com/1/a.fifo" }, /FIFO/],
    [{ callbackUrl: "http://chat.example/prod" }, /https/],
  ])("%j are named", (options, message) => {
    expect(() => start(options)).toThrow(
      expect.objectContaining({
        code: "invalid_argument",
        message: expect.stringMatching(message),
      }),
    );
  });

  it("include a chat whose clients are silent for longer than the gateway bears", () => {
    const slow = { ...chat, heartbeatMs: 600_000 };
    expect(() => createLambdaHandler(slow, { tableName: "chat" })).toThrow(/heartbeatMs/);
  });
});
