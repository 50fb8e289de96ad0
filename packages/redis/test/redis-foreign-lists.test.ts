import { beforeEach, describe, expect, it } from "vitest";
import { LEASE_MS, type RedisRig } from "./redis-rig.ts";
import { useRedisRigs } from "./redis-rigs.ts";

const newRig = useRedisRigs();
let rig: RedisRig;
beforeEach(() => {
  rig = newRig();
});

const ALL = ["a", "b", "d"];
const heartbeat = async (...ids: string[]) => {
  rig.clock.advance(1000);
  for (const id of ids) await rig.store.touch(id, rig.clock.now() + LEASE_MS);
};

const FIRST_USES: [string, () => Promise<unknown>, unknown][] = [
  ["counted", () => rig.store.count("lobby"), 3],
  ["listed", () => rig.list(2), ALL],
  ["joined", () => rig.store.join("a", "lobby"), true],
  ["left", () => rig.store.leave("outside", "lobby"), false],
  ["touched", () => rig.store.touch("a", rig.clock.now() + 2 * LEASE_MS), true],
  ["opened again", () => rig.store.open(rig.connection("a")), true],
];

describe("a list of members of another type", { timeout: 30_000 }, () => {
  it.each(FIRST_USES)("is made anew from the other list when it is %s", async (_, use, answer) => {
    for (const list of ["o:lobby", "x:lobby"]) {
      for (const type of [
        ["SET", "x"],
        ["HSET", "a", "1"],
        ["XADD", "*", "a", "1"],
      ] as const) {
        rig = newRig();
        await rig.enter(...ALL);
        await rig.replace(rig.key(list), ...(type as [string, string]));
        expect(await use(), list).toEqual(answer);
        expect((await rig.list()).sort(), list).toEqual(ALL);
        expect(await rig.store.count("lobby"), list).toBe(3);
        expect(rig.warnings, list).toEqual([
          {
            message: expect.stringContaining("the list of a room's members"),
            details: { key: rig.key(list) },
          },
        ]);
      }
    }
  });

  it("is made anew by heartbeats and joins if both are lost", async () => {
    await rig.enter(...ALL);
    for (const list of ["o:lobby", "x:lobby"]) await rig.replace(rig.key(list), "SET", "x");
    expect(await rig.store.count("lobby")).toBe(0);
    expect(await rig.list()).toEqual([]);
    await rig.store.join("a", "lobby");
    await heartbeat("b", "d");
    expect(await rig.list(1)).toEqual(ALL);
    expect(await rig.store.count("lobby")).toBe(3);
    expect(rig.warnings).toHaveLength(2);
  });

  it("does not keep a member from being closed", async () => {
    await rig.enter(...ALL);
    await rig.replace(rig.key("o:lobby"), "SET", "x");
    expect(await rig.store.close("a")).toMatchObject({ connectionId: "a", rooms: ["lobby"] });
    expect(await rig.list()).toEqual(["b", "d"]);
  });
});

describe("a user's list of another type", () => {
  it("is empty until the user's next heartbeat", async () => {
    await rig.enter("a");
    for (const use of [
      () => rig.store.connectionsOf("user-of-a"),
      () => rig.store.open(rig.connection("a")),
      () => heartbeat("a"),
    ]) {
      await rig.replace(rig.key("u:user_2d_of-a").replace("_2d_", "-"), "SET", "x");
      await use();
      await heartbeat("a");
      expect(await rig.store.connectionsOf("user-of-a")).toEqual(["a"]);
    }
    expect(rig.warnings).toEqual([
      { message: expect.stringContaining("the list of a user"), details: undefined },
    ]);
  });
});

const MEMBER = '{"connectionId":"a","userId":"eve","protocol":"hubbub.v1"}';

describe("what is foreign in a list", () => {
  it.each(["a b", "_zz_", "Zoë", "", "r:x", "' .. x"])("(%j) is passed over", async (who) => {
    await rig.enter(...ALL);
    const row = rig.key(`c:${who}`);
    await rig.call("HSET", row, "e", 9e15, "m", MEMBER);
    await rig.call("ZADD", rig.key("o:lobby"), 0.5, who);
    await rig.call("ZADD", rig.key("x:lobby"), 1, who);
    await rig.call("ZADD", rig.key("u:user-of-a"), "inf", who);
    for (const limit of [1, 10]) expect(await rig.list(limit)).toEqual(ALL);
    expect(await rig.store.connectionsOf("user-of-a")).toEqual(["a"]);
    expect(await rig.store.count("lobby")).toBeLessThanOrEqual(4);
    expect(rig.warnings).toHaveLength(2); // In the room's list, and in the user's.
    expect(JSON.stringify(rig.warnings)).not.toContain(who === "" ? "nobody" : who);
  });

  it("speaks for nobody else, whatever its key is", async () => {
    await rig.enter(...ALL);
    const who = `a\n${MEMBER}`;
    await rig.call("HSET", rig.key(`c:${who}`), "e", 9e15);
    await rig.call("ZADD", rig.key("o:lobby"), 0.5, who);
    for (const limit of [1, 10]) expect(await rig.list(limit)).toEqual(ALL);
    expect(rig.warnings).toHaveLength(1);
  });

  it("is not named as expired, so that it hides nobody who is", async () => {
    await rig.enter("a");
    await rig.call("HSET", rig.key("c:_zz_"), "e", 1);
    await rig.call("ZADD", rig.key("x:lobby"), 1, "_zz_");
    rig.clock.advance(LEASE_MS);
    expect((await rig.store.members("lobby", { limit: 1 })).expired).toEqual([]);
    expect((await rig.store.members("lobby", { limit: 1 })).expired).toEqual(["a"]);
    expect(rig.warnings).toHaveLength(1);
  });

  it("is swept if there is no row of it", async () => {
    await rig.enter(...ALL);
    await rig.call("ZADD", rig.key("o:lobby"), 0.5, "nobody", 2, "nowhere");
    await rig.call("ZADD", rig.key("x:lobby"), "inf", "nobody", "-inf", "nowhere");
    for (const limit of [1, 10]) expect(await rig.list(limit)).toEqual(ALL);
    expect(await rig.store.count("lobby")).toBe(3);
  });
});

describe("a score that is not what was stored", () => {
  it.each([0, -1, "-inf", "inf", 9e15])("(%s) gives way at the next heartbeat", async (score) => {
    await rig.enter(...ALL);
    await rig.call("ZADD", rig.key("o:lobby"), score, "b");
    await heartbeat("b");
    for (const limit of [1, 2, 10]) expect((await rig.list(limit)).sort()).toEqual(ALL);
  });

  it("hides nobody if two have the same place", async () => {
    await rig.enter(...ALL);
    const places = ["a", "b"].map((id) => rig.call("ZSCORE", rig.key("o:lobby"), id));
    const [, place] = (await Promise.all(places)) as string[];
    await rig.call("ZADD", rig.key("o:lobby"), String(place), "0");
    await rig.call("HSET", rig.key("c:0"), "e", "never");
    for (const limit of [1, 2, 10]) expect(await rig.list(limit)).toEqual(ALL);
  });

  it.each([1, "-inf"])("does not end a lease that its row knows better (%s)", async (score) => {
    await rig.enter("a", "b");
    await rig.call("ZADD", rig.key("x:lobby"), score, "b");
    expect((await rig.store.members("lobby", { limit: 9 })).expired).toEqual([]);
    expect(await rig.store.count("lobby")).toBe(2);
  });
});

describe("the last place, if it is not what was stored", () => {
  it.each([
    ["SET", "x"],
    ["SET", "-5"],
    ["SET", "0.5"],
    ["SET", "9223372036854775807"],
    ["SET", "9007199254740993"],
    ["RPUSH", "1"],
    ["DEL", ""],
  ])("(%s %s) is begun anew, behind all that were given", async (command, value) => {
    await rig.enter("a", "b");
    rig.clock.advance(1000);
    await rig.call("DEL", rig.key("n"));
    if (command !== "DEL") await rig.call(command, rig.key("n"), value);
    await rig.enter("d", "e");
    for (const limit of [1, 2, 10]) expect(await rig.list(limit)).toEqual(["a", "b", "d", "e"]);
  });
});

describe("a cursor that no page gave", () => {
  it.each(["", "x", "(1", "-1", "nan", "1 2", "1e", "0x1"])("(%j) is refused", async (cursor) => {
    const page = rig.store.members("lobby", { limit: 1, cursor });
    await expect(page).rejects.toMatchObject({ code: "invalid_argument" });
  });
});
