import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createRedisBackend, type RedisBackendOptions } from "../src/index.ts";
import { missing, NO_REDIS, useRedis } from "./redis-server.ts";

beforeEach((context) => context.skip(missing, NO_REDIS));

const DURABLE = ["--appendonly", "yes", "--appendfsync", "always"];

/** What a start advises to do. */
async function adviceFor(options: RedisBackendOptions): Promise<string[]> {
  const advice: string[] = [];
  const warn = (_message: string, details?: object) => {
    if (details && "todo" in details) advice.push(String(details.todo));
  };
  const backend = await createRedisBackend({ ...options, logger: { error() {}, warn } });
  onTestFinished(() => backend.close());
  return advice;
}

describe("the start of a backend", () => {
  it.each([
    [[], ["appendonly yes"]],
    [["--appendonly", "yes"], ["appendfsync always"]],
    [DURABLE, []],
  ])("with %j, warns if acked messages may be lost", async (args, todo) => {
    const { url } = await useRedis(...args);
    const advice = await adviceFor({ url });
    expect(advice).toEqual(todo.map((each) => expect.stringContaining(each)));
  });

  it("warns of a Redis that hides its history, so that clients can't be told", async () => {
    const server = await useRedis(...DURABLE);
    const client = server.client();
    const call = async (command: string, ...args: (string | number)[]) => {
      const reply = await client.call(command, ...args);
      return command === "INFO" ? String(reply).replace(/^master_replid:.*$/m, "") : reply;
    };
    const hiding = { call, duplicate: () => client.duplicate() };
    expect(await adviceFor({ client: hiding })).toEqual([expect.stringContaining("master_replid")]);
  });
});
