import { once } from "node:events";
import { createServer, connect as openSocket, type Socket } from "node:net";
import type { LogEntry, RoomLog } from "@hubbub/core";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createRedisBackend, createRedisRoomLog, type RedisBackend } from "../src/index.ts";
import { missing, NO_REDIS, type RedisServer, useRedis } from "./redis-server.ts";

beforeEach((context) => context.skip(missing, NO_REDIS));

const quiet = { error: () => {}, warn: () => {} };
const DURABLE = ["--appendonly", "yes", "--appendfsync", "always"];

async function open({ url }: Pick<RedisServer, "url">, timeoutMs = 5000): Promise<RedisBackend> {
  const backend = await createRedisBackend({ url, logger: quiet, timeoutMs });
  onTestFinished(() => backend.close());
  return backend;
}

let mids = 0;
const entry = (text: string): LogEntry => ({
  ...{ mid: `mid-${++mids}`, from: { id: "ann" }, event: "say", data: { text } },
  ...{ ts: Date.now(), digest: text },
});

async function texts(log: RoomLog, room = "lobby"): Promise<unknown[]> {
  const { entries } = await log.read(room, { after: 0, limit: 1000 });
  return entries.map(({ data }) => (data as { text: string }).text);
}

describe("a Redis that is lost", () => {
  it("answers unavailable while it is down, and works when it is back", async () => {
    const server = await useRedis(...DURABLE);
    const { store, log } = await open(server, 150);
    await log.append("lobby", entry("1"));
    await server.kill();
    const down = { code: "unavailable" };
    await expect(log.append("lobby", entry("lost"))).rejects.toMatchObject(down);
    await expect(log.head("lobby")).rejects.toMatchObject(down);
    await expect(store.get("a")).rejects.toMatchObject(down);
    await expect(store.count("lobby")).rejects.toMatchObject(down);
    await server.start();
    await expect.poll(() => log.head("lobby").catch(() => undefined)).toBeDefined();
    expect((await texts(log)).at(0)).toBe("1");
  });

  it("keeps every acked message and its place through a kill -9", async () => {
    const server = await useRedis(...DURABLE);
    const { log } = await open(server);
    const acked: string[] = [];
    const write = async (writer: number) => {
      for (let turn = 0; turn < 60; turn++) {
        const text = `${writer}-${turn}`;
        const result = await log.append("lobby", entry(text)).catch(() => undefined);
        if (result?.status === "appended") acked[result.seq] = text;
      }
    };
    const before = await log.head("lobby");
    const writing = Promise.all([0, 1, 2, 3].map(write));
    await expect.poll(() => Object.keys(acked).length).toBeGreaterThan(20);
    await server.kill();
    await server.start();
    await writing;
    const page = await log.read("lobby", { after: 0, limit: 1000 });
    expect(page.epoch).not.toBe(before.epoch); // Nobody can know that nothing was lost.
    expect(page.entries.length).toBeGreaterThan(100);
    for (const { seq, data } of page.entries) {
      if (acked[seq] !== undefined) expect(data).toEqual({ text: acked[seq] });
    }
    const stored = page.entries.map(({ data }) => (data as { text: string }).text);
    expect(new Set(stored).size).toBe(stored.length);
    expect(stored).toEqual(expect.arrayContaining(Object.values(acked)));
  });

  it("begins a new epoch when its data are lost, and loses nothing silently", async () => {
    const server = await useRedis();
    const { log } = await open(server);
    const lost = async (lose: () => Promise<unknown>) => {
      const message = entry("1");
      const first = await log.append("lobby", message);
      await lose();
      const position = { epoch: first.epoch, after: 0 };
      const retry = await log.append("lobby", message, position);
      expect(retry).toMatchObject({ status: "reset", head: 0, oldest: 1 });
      expect(retry.epoch).not.toBe(first.epoch);
      expect(await texts(log)).toEqual([]);
    };
    await lost(() => server.client().call("FLUSHALL"));
    await lost(async () => {
      await server.kill();
      await server.start();
    });
  });

  it("reads no entries of an epoch whose head was lost", async () => {
    const server = await useRedis();
    const { log } = await open(server);
    const first = await log.append("lobby", entry("old"));
    await server.client().call("DEL", "hubbub:{lobby}:log");
    const next = await log.append("lobby", entry("new"));
    expect(next).toMatchObject({ status: "appended", seq: 1 });
    expect(next.epoch).not.toBe(first.epoch);
    expect(await texts(log)).toEqual(["new"]);
  });
});

/** A proxy that can swallow the answers of a moment and cut the connection. */
async function startProxy(target: number) {
  const sockets = new Set<Socket>();
  let swallowing = false;
  const server = createServer((near) => {
    const far = openSocket(target, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => [near, far].map((each) => each.destroy()));
    }
    near.on("data", (data) => far.write(data));
    far.on("data", (data) => {
      if (swallowing) cut();
      else near.write(data);
    });
  });
  const cut = () => {
    swallowing = false;
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    cut();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return {
    port,
    swallowNext() {
      swallowing = true;
    },
  };
}

describe("a connection that breaks before the answer", () => {
  it("stores an append once that the client sends again, and answers it as appended", async () => {
    const server = await useRedis();
    const proxy = await startProxy(server.port);
    const redis = server.client({ port: proxy.port });
    let ids = 0;
    const log = createRedisRoomLog(redis, { clock: Date, id: () => `id-${++ids}` });
    const { epoch } = await log.append("lobby", entry("1"));
    proxy.swallowNext();
    expect(await log.append("lobby", entry("2"))).toMatchObject({ status: "appended", seq: 2 });
    proxy.swallowNext();
    const third = await log.append("lobby", entry("3"), { epoch, after: 1 });
    expect(third).toMatchObject({ status: "appended", seq: 3 });
    expect(await texts(log)).toEqual(["1", "2", "3"]);
  });
});
