import { beforeEach, describe, expect, it } from "vitest";
import { BAD_CONNECTIONS, BAD_LEASES, BAD_MEMBERS, type BadFields } from "./bad-connections.ts";
import { LEASE_MS, type RedisRig } from "./redis-rig.ts";
import { useRedisRigs } from "./redis-rigs.ts";

const newRig = useRedisRigs();
let rig: RedisRig;
beforeEach(() => {
  rig = newRig();
});

const OTHER_TYPES: [string, string, (string | number)[]][] = [
  ["a text", "SET", ["{}"]],
  ["a list", "RPUSH", ["e", "c"]],
  ["a sorted set", "ZADD", [1, "e"]],
];

async function damage(fields: BadFields): Promise<void> {
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

/** Every operation finds the connection closed, after a `get` if nothing else reads it, and closed it stays. */
async function expectClosed(
  spoil: () => Promise<unknown>,
  { seen = false }: { seen?: boolean } = {},
): Promise<void> {
  for (const [name, operation, answer] of OPERATIONS) {
    rig = newRig();
    const { store } = rig;
    await rig.enter("good", "bad", "late");
    await spoil();
    if (seen) expect(await store.get("bad"), name).toBeUndefined();
    expect(await operation(rig), name).toBe(answer);
    expect(rig.warnings, name).toHaveLength(1);
    expect(await rig.call("EXISTS", rig.key("c:bad")), name).toBe(0);
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
    expectClosed(() => damage(fields), { seen: true }),
  );

  it.each(BAD_LEASES)("(%s) is a closed connection to all", (_, fields) =>
    expectClosed(() => damage(fields)),
  );

  it.each([...BAD_CONNECTIONS, ...BAD_MEMBERS])(
    "(%s) is none to who closes it",
    async (_, fields) => {
      await rig.enter("good", "bad");
      await damage(fields);
      expect(await rig.store.close("bad")).toBeUndefined();
      expect(await rig.store.open(rig.connection("bad"))).toBe(false);
      expect(await rig.list()).toEqual(["good"]);
      expect(await rig.store.connectionsOf("user-of-bad")).toEqual([]);
      expect(rig.warnings).toHaveLength(1);
    },
  );

  it.each([...BAD_MEMBERS, ...BAD_LEASES.slice(1)])("(%s) is no member", async (_, fields) => {
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
    rig = newRig();
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

  it("is one even without any field of ours", async () => {
    await expectClosed(() => rig.replace(rig.key("c:bad"), "HSET", "r:lobby", "1", "x", "1"));
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
