import { once } from "node:events";
import { beforeEach, describe, expect, it } from "vitest";
import { createRedisBackplane } from "../src/index.ts";
import { listeners, startProcess } from "./backplane-kit.ts";
import { missing, NO_REDIS, useRedis } from "./redis-server.ts";

beforeEach((context) => context.skip(missing, NO_REDIS));

describe("createRedisBackplane without an answer of Redis", () => {
  it("gives members of this process their messages at once", async () => {
    const deaf = { call: () => new Promise<never>(() => {}) };
    const process = startProcess(await useRedis(), { redis: deaf, timeoutMs: 200 });
    await once(process.subscriber, "ready");
    const client = process.connect();
    await process.pusher.groups.join("lobby", client.connectionId);
    const broadcast = process.pusher.groups.broadcast("lobby", "hi");
    expect(client.received()).toEqual(["hi"]);
    await expect(broadcast).rejects.toMatchObject({ code: "unavailable" });
    await expect(process.pusher.send("elsewhere", "hi")).rejects.toMatchObject({
      code: "unavailable",
    });
  });

  it("refuses joins while Redis is down, and hears all groups again once it is back", async () => {
    const redis = await useRedis();
    const [ann, bob] = [
      startProcess(redis, { timeoutMs: 100 }),
      startProcess(redis, { timeoutMs: 5000 }),
    ];
    const client = ann.connect();
    await ann.pusher.groups.join("lobby", client.connectionId);
    await redis.kill();
    await expect(ann.pusher.groups.join("attic", client.connectionId)).rejects.toMatchObject({
      code: "unavailable",
    });
    await redis.start();
    await expect.poll(() => listeners(bob.redis)).toBe(1);
    await bob.pusher.groups.broadcast("lobby", "hi");
    await expect.poll(() => client.received()).toEqual(["hi"]);
    await bob.pusher.send(client.connectionId, "you");
    await expect.poll(() => client.received()).toEqual(["hi", "you"]);
    await ann.pusher.groups.join("attic", client.connectionId);
    await bob.pusher.groups.broadcast("attic", "up here");
    await expect.poll(() => client.received()).toEqual(["hi", "you", "up here"]);
  });

  it("refuses options that it can't work with", () => {
    const redis = { call: async () => 1 };
    const subscriber = { subscribe: async () => 1, unsubscribe: async () => 1, on: () => 1 };
    const local = { send: async () => "sent" as const, close: async () => {} };
    const code = { code: "invalid_argument" };
    const create = (options: object) => () => createRedisBackplane(redis, options as never);
    expect(create({})).toThrow(expect.objectContaining(code));
    expect(create({ subscriber, prefix: "a{b}" })).toThrow(expect.objectContaining(code));
    expect(create({ subscriber, timeoutMs: 0 })).toThrow(expect.objectContaining(code));
    expect(() => createRedisBackplane({} as never, { subscriber })).toThrow(
      expect.objectContaining(code),
    );
    expect(() => createRedisBackplane(redis, { subscriber })(local)).toThrow(
      expect.objectContaining(code),
    );
  });
});
