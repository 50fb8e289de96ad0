import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RedisLike } from "../src/index.ts";
import { createRig, LEASE_MS, type RedisRig } from "./redis-rig.ts";
import { missing, NO_REDIS, type RedisServer, startRedis } from "./redis-server.ts";

let server: RedisServer | undefined;
let redis: RedisLike;
let rig: RedisRig;
beforeAll(async () => {
  if (missing) return;
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server?.remove());
beforeEach((context) => {
  context.skip(missing, NO_REDIS);
  rig = createRig(redis);
});

const NONE = undefined;
const c = { connectionId: "bad", protocol: "hubbub.v1", connectedAt: 1 };
const u = { userId: "user-of-bad" };
const m = { connectionId: "bad", userId: "user-of-bad", protocol: "hubbub.v1" };
const json = JSON.stringify;

/** Fields that may be wrong without anything wrong in a member's page. */
const BAD_CONNECTIONS: [string, Record<string, string | undefined>][] = [
  ["no connection", { c: NONE }],
  ["a connection that is no JSON", { c: '{"connectionId":' }],
  ["null", { c: "null" }],
  ["a number", { c: "1" }],
  ["a list", { c: json([c]) }],
  ["a connection of another id", { c: json({ ...c, connectionId: "good" }) }],
  ["an unknown protocol", { c: json({ ...c, protocol: "admin" }) }],
  ["a beginning that is a text", { c: json({ ...c, connectedAt: "1" }) }],
  ["an end of rights that is a text", { c: json({ ...c, authExpiresAt: "1" }) }],
  ["no user", { u: NONE }],
  ["a user that is no JSON", { u: "eve" }],
  ["a user that is null", { u: "null" }],
  ["a user without an id", { u: json({ name: "Eve" }) }],
  ["a name that is a number", { u: json({ ...u, name: 1 }) }],
  ["no user's key", { k: NONE }],
];

const BAD_MEMBERS: [string, Record<string, string | undefined>][] = [
  ["no member", { m: NONE }],
  ["a member that is no JSON", { m: "{" }],
  ["a member that is null", { m: "null" }],
  ["a member that is a number", { m: "1" }],
  ["a member that is a list", { m: json([m]) }],
  ["a member of another id", { m: json({ ...m, connectionId: "good" }) }],
  ["a member without a user", { m: json({ ...m, userId: 1 }) }],
  ["a member whose name is an object", { m: json({ ...m, name: {} }) }],
  ["a member of an unknown protocol", { m: json({ ...m, protocol: "admin" }) }],
  ["no lease", { e: NONE }],
  ["an empty lease", { e: "" }],
  ["a lease that is a text", { e: "never" }],
  ["a lease without an end", { e: "inf" }],
  ["a lease beyond numbers", { e: "1e999" }],
  ["a lease that is no number", { e: "nan" }],
  ["a lease in another notation", { e: "0x7fffffffffffffff" }],
];

const OTHER_TYPES: [string, string, (string | number)[]][] = [
  ["a text", "SET", ["{}"]],
  ["a list", "RPUSH", ["e", "c"]],
  ["a sorted set", "ZADD", [1, "e"]],
];

async function damage(fields: Record<string, string | undefined>): Promise<void> {
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) await rig.call("HDEL", rig.key("c:bad"), field);
    else await rig.call("HSET", rig.key("c:bad"), field, value);
  }
}

const OPERATIONS: [string, (rig: RedisRig) => Promise<unknown>, unknown][] = [
  ["get", ({ store }) => store.get("bad"), undefined],
  ["touch", ({ store, clock }) => store.touch("bad", clock.now() + 2 * LEASE_MS), false],
  ["join", ({ store }) => store.join("bad", "attic"), false],
  ["leave", ({ store }) => store.leave("bad", "lobby"), false],
  ["open", ({ store, connection }) => store.open(connection("bad")), false],
  ["close", ({ store }) => store.close("bad"), undefined],
];

/** Every operation finds the connection closed, and closed it stays. */
async function expectClosed(spoil: () => Promise<unknown>): Promise<void> {
  for (const [name, operation, answer] of OPERATIONS) {
    rig = createRig(redis);
    const { store } = rig;
    await rig.enter("good", "bad", "late");
    await spoil();
    expect(await operation(rig), name).toBe(answer);
    expect(await store.get("bad"), name).toBeUndefined();
    expect(await store.open(rig.connection("bad")), name).toBe(false);
    expect(await store.count("attic"), name).toBe(0);
    expect(rig.warnings, name).toEqual([
      { message: expect.stringContaining("the row of a connection"), details: undefined },
    ]);
    expect(await rig.list(1), name).toEqual(["good", "late"]);
    expect(await store.touch("good", rig.clock.now() + 2 * LEASE_MS), name).toBe(true);
    expect(await store.join("late", "attic"), name).toBe(true);
  }
}

describe("a connection's row that is not what was stored", { timeout: 30_000 }, () => {
  it.each(BAD_CONNECTIONS)("(%s) is a closed connection, and one warning", (_, fields) =>
    expectClosed(() => damage(fields)),
  );

  it.each(BAD_MEMBERS)("(%s) is no member either", async (_, fields) => {
    await expectClosed(() => damage(fields));
    rig = createRig(redis);
    await rig.enter("good", "bad", "late");
    await damage(fields);
    expect(await rig.list(1)).toEqual(["good", "late"]);
    expect(await rig.list()).toEqual(["good", "late"]);
    expect(await rig.store.get("bad")).toBeUndefined();
    expect(rig.warnings).toEqual([
      {
        message: expect.stringContaining("the row of a connection"),
        details: { key: rig.key("o:lobby") },
      },
    ]);
  });

  it.each(OTHER_TYPES)("(%s) is a closed connection, and one warning", async (_, command, args) => {
    await expectClosed(() => rig.replace(rig.key("c:bad"), command, ...args));
    rig = createRig(redis);
    await rig.enter("good", "bad", "late");
    await rig.replace(rig.key("c:bad"), command, ...args);
    for (const limit of [1, 10]) expect(await rig.list(limit)).toEqual(["good", "late"]);
    expect(rig.warnings).toHaveLength(1);
  });

  it("ends its memberships with its lease", async () => {
    await rig.enter("good", "bad");
    await damage({ c: "{", m: "{", e: "never" });
    rig.clock.advance(LEASE_MS / 2);
    await rig.store.touch("good", rig.clock.now() + LEASE_MS);
    rig.clock.advance(LEASE_MS / 2);
    expect(await rig.store.count("lobby")).toBe(1);
    const page = await rig.store.members("lobby", { limit: 10 });
    expect(page).toMatchObject({ members: [{ connectionId: "good" }], expired: ["bad"] });
    expect(await rig.store.close("bad")).toBeUndefined();
    expect(await rig.call("EXISTS", rig.key("c:bad"))).toBe(0);
    expect((await rig.store.members("lobby", { limit: 10 })).expired).toEqual([]);
  });

  it("is none of ours without any of our fields", async () => {
    await rig.call("HSET", rig.key("c:bad"), "r:lobby", "1", "x", "1");
    expect(await rig.store.get("bad")).toBeUndefined();
    expect(await rig.store.touch("bad", 9e15)).toBe(false);
    expect(await rig.store.open(rig.connection("bad"))).toBe(true);
    expect(await rig.store.get("bad")).toEqual({ ...rig.connection("bad"), rooms: [] });
    expect(rig.warnings).toEqual([]);
  });

  it("keeps its connection if only a room's name can't be read", async () => {
    await rig.enter("good");
    for (const field of ["r:", "r:a b", "r:_zz_", "r:'..", "r:_110000_"]) {
      await rig.call("HSET", rig.key("c:good"), field, "1");
    }
    expect(await rig.store.get("good")).toMatchObject({ rooms: ["lobby"] });
    expect(await rig.store.touch("good", rig.clock.now() + 2 * LEASE_MS)).toBe(true);
    expect(await rig.store.close("good")).toMatchObject({ rooms: ["lobby"] });
    expect(rig.warnings).toEqual([
      { message: expect.stringContaining("a room of a connection"), details: undefined },
    ]);
    expect(await rig.store.count("lobby")).toBe(0);
  });

  it("may belong to a user whose key leads elsewhere", async () => {
    await rig.enter("good", "bad");
    await damage({ k: "x:../{other}\n'] redis.call('FLUSHALL')" });
    expect(await rig.store.touch("bad", rig.clock.now() + 2 * LEASE_MS)).toBe(true);
    expect(await rig.store.close("bad")).toMatchObject({ connectionId: "bad" });
    expect(await rig.list()).toEqual(["good"]);
    expect(await rig.store.connectionsOf("user-of-good")).toEqual(["good"]);
  });

  it("leaves a tombstone of any type in peace", async () => {
    await rig.call("RPUSH", rig.key("t:a"), "1");
    expect(await rig.store.open(rig.connection("a"))).toBe(false);
    expect(await rig.store.close("a")).toBeUndefined();
    expect(await rig.store.open(rig.connection("a"))).toBe(false);
    expect(rig.warnings).toEqual([]);
  });
});
