import { randomUUID } from "node:crypto";
import type { LogEntry, RoomLog } from "@hubbub/core";
import { beforeEach, describe, expect, it } from "vitest";
import { createRedisRoomLog } from "../src/index.ts";
import { freePort, missing, NO_REDIS, type RedisServer, useRedis } from "./redis-server.ts";

beforeEach((context) => context.skip(missing, NO_REDIS));

const open = (server: RedisServer): RoomLog =>
  createRedisRoomLog(server.client(), { clock: Date, id: randomUUID });

let mids = 0;
const entry = (text: string): LogEntry => ({
  ...{ mid: `mid-${++mids}`, from: { id: "ann" }, event: "say", data: { text } },
  ...{ ts: Date.now(), digest: text },
});

async function restart(server: RedisServer): Promise<void> {
  await server.kill();
  await server.start();
}

describe("a Redis that comes back with an older state", () => {
  it("begins a new epoch, in which it keeps what is left", async () => {
    const server = await useRedis();
    const log = open(server);
    const kept = entry("kept");
    await log.append("lobby", entry("1"));
    await log.append("lobby", kept);
    await server.client().call("SAVE");
    const seen = await log.append("lobby", entry("lost"));
    await restart(server);

    const position = { epoch: seen.epoch, after: 2 };
    const other = await log.append("lobby", entry("in its place"), position);
    expect(other).toMatchObject({ status: "reset", head: 2, oldest: 1 });
    expect(other.epoch).not.toBe(seen.epoch);
    const { entries } = await log.read("lobby", { after: 0, limit: 10 });
    expect(entries.map(({ data }) => data)).toEqual([{ text: "1" }, { text: "kept" }]);
    const retry = await log.append("lobby", kept, { epoch: other.epoch, after: 0 });
    expect(retry).toMatchObject({ status: "duplicate", epoch: other.epoch, entry: { seq: 2 } });
    expect(await log.append("lobby", entry("3"))).toMatchObject({ seq: 3, epoch: other.epoch });
  });

  it("tells whoever only reads, and once", async () => {
    const server = await useRedis();
    const log = open(server);
    const { epoch } = await log.append("lobby", entry("1"));
    await server.client().call("SAVE");
    await restart(server);
    const state = await log.head("lobby");
    expect(state).toMatchObject({ head: 1, oldest: 1 });
    expect(state.epoch).not.toBe(epoch);
    expect(await log.append("lobby", entry("2"))).toMatchObject({ epoch: state.epoch, seq: 2 });
    expect(await log.head("lobby")).toMatchObject({ epoch: state.epoch, head: 2 });
  });

  it("begins a new epoch when a replica takes over, which may be behind", async () => {
    const primary = await useRedis("--repl-diskless-sync-delay", "0");
    const { epoch } = await open(primary).append("lobby", entry("1"));
    const replica = await useRedis("--replicaof", `127.0.0.1 ${primary.port}`);
    const info = () => replica.client().call("INFO", "replication");
    await expect.poll(info).toContain("master_link_status:up");
    await replica.client().call("REPLICAOF", "NO", "ONE");
    const state = await open(replica).head("lobby");
    expect(state).toMatchObject({ head: 1, oldest: 1 });
    expect(state.epoch).not.toBe(epoch);
  });

  it("begins a new epoch when a server leads again that was a replica for a while", async () => {
    const server = await useRedis();
    const log = open(server);
    const { epoch } = await log.append("lobby", entry("1"));
    await server.client().call("REPLICAOF", "127.0.0.1", await freePort());
    await server.client().call("REPLICAOF", "NO", "ONE");
    expect((await log.head("lobby")).epoch).not.toBe(epoch);
  });
});
