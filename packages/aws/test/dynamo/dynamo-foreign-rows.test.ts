import { describe, expect, it } from "vitest";
import { connectionKey, memberKey, memberPartition, ROOM_SETTINGS } from "../../src/dynamo-keys.ts";
import { startDynamo } from "./dynamo-kit.ts";
import { createRig, type DynamoRig, LEASE_MS } from "./dynamo-rig.ts";

const kit = await startDynamo();

const list = async (rig: DynamoRig, limit = 10) => {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await rig.store().members("lobby", { limit, cursor });
    found.push(...page.members.map(({ connectionId }) => connectionId), ...(page.expired ?? []));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
};

const who = '{"userId":"eve"}';
const good = {
  who,
  proto: "hubbub.v1",
  openedAt: 0,
  leaseEnd: 9e15,
  rooms: { lobby: "0" },
  v: 9e15,
};

const BAD_CONNECTIONS: [string, object][] = [
  ["no attribute", {}],
  ["no user", { ...good, who: undefined }],
  ["a user that is no text", { ...good, who: { userId: "eve" } }],
  ["a user that is no JSON", { ...good, who: '{"userId":' }],
  ["a user without an id", { ...good, who: '{"name":"Eve"}' }],
  ["a name that is a number", { ...good, who: '{"userId":"eve","name":1}' }],
  ["an unknown protocol", { ...good, proto: "admin" }],
  ["no beginning", { ...good, openedAt: undefined }],
  ["a lease that is a text", { ...good, leaseEnd: "never" }],
  ["a number as text for its lease", { ...good, leaseEnd: "9000000000000000" }],
  ["an end of rights that is a text", { ...good, authEnd: "9" }],
  ["no rooms", { ...good, rooms: undefined }],
  ["rooms that are a list", { ...good, rooms: ["lobby"] }],
  ["rooms that are an empty list", { ...good, rooms: [] }],
  ["a room of no shard", { ...good, rooms: { lobby: "x" } }],
  ["a room of no name", { ...good, rooms: { ".abc": "0" } }],
  ["a room of another name", { ...good, rooms: { ".abc": '0"lobby"' } }],
  ["a version that is a text", { ...good, v: "1" }],
];

describe("a connection's row that is not what was stored", { timeout: 30_000 }, () => {
  it.each(BAD_CONNECTIONS)(
    "(%s) is a closed connection, and one warning",
    async (_, attributes) => {
      const rig = await createRig(kit);
      await rig.enter("a", "lobby");
      await rig.enter("b", "lobby");
      await rig.put({ ...connectionKey("a"), usr: "eve", ...attributes });
      const store = rig.store();
      expect(await store.get("a")).toBeUndefined();
      expect(await store.touch("a", rig.clock.now() + 9 * LEASE_MS)).toBe(false);
      expect(await store.join("a", "attic")).toBe(false);
      expect(await store.leave("a", "attic")).toBe(false);
      expect(await store.open(rig.connection("a"))).toBe(false);
      expect(await store.close("a")).toBeUndefined();
      expect(await store.connectionsOf("eve")).toEqual([]);
      expect(rig.warnings).toEqual([
        { message: expect.stringContaining("the row of a connection"), details: {} }, // Its key is its id.
      ]);
      expect(await list(rig)).toEqual(["a", "b"]); // Until the lease of the membership ends.
      rig.clock.advance(LEASE_MS);
      expect((await store.members("lobby", { limit: 9 })).members).toEqual([]);
    },
  );

  it("is none where its id is hashed and the id beside it is another's", async () => {
    const rig = await createRig(kit);
    const id = "x".repeat(300);
    await rig.put({ ...connectionKey(id), ...good, id: '"another"', usr: "eve" });
    expect(await rig.store().get(id)).toBeUndefined();
    expect(await rig.store().connectionsOf("eve")).toEqual([]);
  });

  it("leaves the tombstone of a connection that never was in peace", async () => {
    const rig = await createRig(kit);
    await rig.store().close("a");
    expect(await rig.store().open(rig.connection("a"))).toBe(false);
    expect(rig.warnings).toEqual([]);
  });
});

const member = { who: '["eve"]', leaseEnd: 9e15, v: 1 };

const BAD_MEMBERS: [string, object][] = [
  ["no attribute", {}],
  ["no user", { ...member, who: undefined }],
  ["a user that is no JSON", { ...member, who: "[" }],
  ["a user that is an object", { ...member, who }],
  ["a user whose id is a number", { ...member, who: "[1]" }],
  ["an unknown protocol", { ...member, who: '["eve","Eve","admin"]' }],
  ["a lease that is a text", { ...member, leaseEnd: "never" }],
  ["a number as text for its lease", { ...member, leaseEnd: "9000000000000000" }],
  ["no lease", { ...member, leaseEnd: undefined }],
];

describe("a member's row that is not what was stored", { timeout: 30_000 }, () => {
  it.each(BAD_MEMBERS)("(%s) is passed over, with one warning", async (_, attributes) => {
    const rig = await createRig(kit);
    for (const id of ["a", "b", "c"]) await rig.enter(id, "lobby");
    await rig.put({ ...memberKey("lobby", 0, "b"), ...attributes });
    const { members, expired } = await rig.store().members("lobby", { limit: 10 });
    expect(members.map(({ connectionId }) => connectionId)).toEqual(["a", "c"]);
    expect(expired).toEqual([]);
    expect(rig.warnings).toEqual([
      {
        message: expect.stringContaining("a member of a room"),
        details: { partition: memberPartition("lobby", 0) },
      },
    ]);
    expect(await rig.store().touch("b", rig.clock.now() + 2 * LEASE_MS)).toBe(true);
    expect(await list(rig)).toContain("b"); // A heartbeat has put it right.
  });

  it("is put right by a join and goes with a leave, whatever its version says", async () => {
    const rig = await createRig(kit);
    await rig.enter("a", "lobby");
    const key = memberKey("lobby", 0, "a");
    for (const v of ["9", undefined]) {
      await rig.put({ ...key, ...member, v });
      await rig.store().join("a", "lobby");
      const { members } = await rig.store().members("lobby", { limit: 9 });
      expect(members).toMatchObject([{ userId: "user-of-a" }]);
      await rig.put({ ...key, ...member, v });
      await rig.store().leave("a", "lobby");
      expect(await rig.keys(key.pk)).toEqual([]);
    }
  });

  it("is told as expired once its lease has ended, whoever it says it is", async () => {
    const rig = await createRig(kit);
    await rig.put({ ...memberKey("lobby", 0, "a"), who: "[", leaseEnd: 1 });
    const page = await rig.store().members("lobby", { limit: 9 });
    expect(page).toMatchObject({ members: [], expired: ["a"] });
  });

  it.each(["Zoë", "a b", "_zz_", "~", "a/b", "%"])(
    "is passed over under the key %j, page by page",
    async (sk) => {
      const rig = await createRig(kit);
      for (const id of ["a", "b", "z"]) await rig.enter(id, "lobby");
      await rig.put({ pk: memberPartition("lobby", 0), sk, ...member });
      for (const limit of [1, 2, 10]) expect(await list(rig, limit)).toEqual(["a", "b", "z"]);
    },
  );
});

describe("a room's settings that are not what was stored", { timeout: 30_000 }, () => {
  it.each([{}, { shards: "8" }, { shards: 0 }, { shards: 1.5 }, { shards: 1e12 }, { shards: [4] }])(
    "(%j) count as what was asked for, and are put right",
    async (attributes) => {
      const rig = await createRig(kit);
      const store = rig.store({ shards: 4 });
      for (const id of ["a", "b", "c", "d", "e"]) {
        await store.open(rig.connection(id));
        await store.join(id, "lobby");
      }
      await rig.put({ pk: memberPartition("lobby", 0), sk: ROOM_SETTINGS, ...attributes });
      const fresh = rig.store({ shards: 4 });
      expect(await fresh.count("lobby")).toBe(5);
      expect(rig.warnings).toHaveLength(1);
      await fresh.join("a", "lobby");
      expect((await list(rig)).sort()).toEqual(["a", "b", "c", "d", "e"]);
      expect(rig.warnings).toHaveLength(1);
    },
  );
});

describe("a cursor that no page gave", () => {
  it.each(["", "next", "1/0", "1/0/a b", "1/0/%ff", "1/0/%FF", "99999/0/"])(
    "(%j) is refused",
    async (cursor) => {
      const store = (await createRig(kit)).store();
      await expect(store.members("lobby", { limit: 10, cursor })).rejects.toMatchObject({
        code: "invalid_argument",
        message: expect.stringContaining("cursor"),
      });
    },
  );
});
