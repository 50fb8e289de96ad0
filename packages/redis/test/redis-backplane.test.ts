import type { Pusher } from "@hubbub/core";
import { pusherContract } from "@hubbub/testing/contracts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listeners, type Process, startProcess } from "./backplane-kit.ts";
import { missing, NO_REDIS, type RedisServer, startRedis } from "./redis-server.ts";

let server: RedisServer;
let prefixes = 0;
beforeAll(async () => {
  if (!missing) server = await startRedis();
});
afterAll(() => server?.remove());
beforeEach((context) => context.skip(missing, NO_REDIS));

/** Processes that are one chat, each of which listens to the others already. */
async function startProcesses(count: number): Promise<Process[]> {
  const prefix = `test-${++prefixes}`;
  const processes = Array.from({ length: count }, () => startProcess(server, { prefix }));
  for (const { subscriber } of processes) await subscriber.subscribe(`{${prefix}}:all`);
  return processes;
}

describe("createRedisBackplane in one process", () => {
  pusherContract({
    async createPusher() {
      const [process] = (await startProcesses(1)) as [Process];
      return { pusher: process.pusher, connect: async () => process.connect() };
    },
    reportsGone: false,
  });
});

describe("createRedisBackplane across processes", () => {
  pusherContract({
    async createPusher() {
      const processes = await startProcesses(3);
      const [caller] = processes as [Process];
      const owners = new Map<string, Process>();
      let next = 0;
      const pusher: Pusher = {
        ...caller.pusher,
        groups: {
          ...caller.pusher.groups,
          // A connection joins where it is; everything else is said by the first process.
          join: async (group, id) => owners.get(id)?.pusher.groups.join(group, id),
        },
      };
      return {
        pusher,
        async connect() {
          const owner = processes[++next % 3] ?? caller;
          const client = owner.connect();
          owners.set(client.connectionId, owner);
          return client;
        },
      };
    },
    reportsGone: false,
  });

  it("publishes a message once, and only to processes with members", async () => {
    const [ann, bob, eve] = (await startProcesses(3)) as [Process, Process, Process];
    const [a, b] = [ann.connect(), bob.connect()];
    await ann.pusher.groups.join("lobby", a.connectionId);
    await bob.pusher.groups.join("lobby", b.connectionId);
    const heard: string[] = [];
    for (const process of [ann, bob, eve]) {
      process.subscriber.on("message", (channel) => void heard.push(channel));
    }
    expect(await ann.pusher.groups.broadcast("lobby", "hi")).toBeUndefined();
    await expect.poll(() => b.received()).toEqual(["hi"]);
    expect(a.received()).toEqual(["hi"]);
    await expect.poll(() => heard).toHaveLength(2); // to those with members, the sender's own included
  });

  it("keeps the order of what one process says", async () => {
    const [ann, bob] = (await startProcesses(2)) as [Process, Process];
    const client = bob.connect();
    await bob.pusher.groups.join("lobby", client.connectionId);
    const texts = Array.from({ length: 200 }, (_, index) => `${index}`);
    await Promise.all(texts.map((text) => ann.pusher.groups.broadcast("lobby", text)));
    await expect.poll(() => client.received()).toEqual(texts);
  });

  it("closes with what was sent before", async () => {
    const [ann, bob] = (await startProcesses(2)) as [Process, Process];
    const client = bob.connect();
    expect(await ann.pusher.send(client.connectionId, "bye")).toBe("sent");
    await ann.pusher.close(client.connectionId, 4403, "kicked");
    await expect.poll(() => client.closed?.()).toEqual({ code: 4403, reason: "kicked" });
    expect(client.received()).toEqual(["bye"]);
  });

  it("undoes a leave where the connection is", async () => {
    const [ann, bob] = (await startProcesses(2)) as [Process, Process];
    const [client, other] = [bob.connect(), bob.connect()];
    await bob.pusher.groups.join("lobby", client.connectionId);
    await bob.pusher.groups.join("lobby", other.connectionId);
    await ann.pusher.groups.leave("lobby", client.connectionId);
    await ann.pusher.groups.broadcast("lobby", "1");
    await ann.pusher.groups.join("lobby", client.connectionId);
    await ann.pusher.groups.broadcast("lobby", "2");
    await expect.poll(() => other.received()).toEqual(["1", "2"]);
    await expect.poll(() => client.received()).toEqual(["2"]);
  });

  it("stops to listen when the last member has left, or is found dead", async () => {
    const [ann] = (await startProcesses(1)) as [Process];
    const prefix = `test-${prefixes}`;
    const clients = [ann.connect(), ann.connect(), ann.connect()];
    for (const { connectionId } of clients) await ann.pusher.groups.join("lobby", connectionId);
    await ann.pusher.groups.join("attic", clients[0]?.connectionId ?? "");
    expect(await listeners(ann.redis, prefix)).toBe(2);
    await ann.pusher.groups.leave("attic", clients[0]?.connectionId ?? "");
    await expect.poll(() => listeners(ann.redis, prefix)).toBe(1);
    for (const client of clients) await client.drop();
    await ann.pusher.groups.broadcast("lobby", "anybody?");
    await expect.poll(() => listeners(ann.redis, prefix)).toBe(0);
    const late = ann.connect();
    await ann.pusher.groups.join("lobby", late.connectionId);
    expect(await ann.pusher.groups.broadcast("lobby", "hi")).toBe(1);
    expect(late.received()).toEqual(["hi"]);
  });

  it("passes over what is no message of a backplane", async () => {
    const [ann] = (await startProcesses(1)) as [Process];
    const client = ann.connect();
    await ann.pusher.groups.join("lobby", client.connectionId);
    const prefix = `test-${prefixes}`;
    const garbage = [
      "",
      "x",
      "null",
      "[]\nx",
      "{}\nx",
      "[1]\nx",
      '{"from":"x","id":"y","do":"exit"}',
    ];
    for (const text of [...garbage, `{"from":"x","id":"${client.connectionId}","do":"send"}`]) {
      await ann.redis.call("PUBLISH", `{${prefix}}:all`, text);
      await ann.redis.call("PUBLISH", `{${prefix}}:g:lobby`, text);
    }
    await ann.redis.call("PUBLISH", `{${prefix}}:g:lobby`, '["other"]\nhi');
    await expect.poll(() => client.received()).toEqual(["hi"]);
    expect(ann.warnings).toHaveLength(16);
    expect(ann.warnings.join()).not.toContain(client.connectionId);
  });
});
