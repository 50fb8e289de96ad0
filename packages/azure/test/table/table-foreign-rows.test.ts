import { describe, expect, it } from "vitest";
import type { TableEntityLike } from "../../src/table-client.ts";
import { connectionKey, memberKey, memberPartition } from "../../src/table-connection-keys.ts";
import { startTable } from "./table-kit.ts";
import { createRig, DAY_MS, LEASE_MS, type TableRig } from "./table-rig.ts";

const kit = await startTable();

/** Writes a row as nobody of us would. */
const put = (rig: TableRig, row: object) =>
  rig.trace.client.upsertEntity(row as TableEntityLike, "Replace");

const json = (value: unknown) => ({ t0: JSON.stringify(value) });

const list = async (rig: TableRig) => {
  const { members, expired } = await rig.store().members("lobby", { limit: 10 });
  return [...members.map(({ connectionId }) => connectionId), ...(expired ?? [])];
};

const user = { userId: "eve" };
const times = { connectedAt: 0, expiresAt: 9e15 };
const whole = { connectionId: "a", user, protocol: "hubbub.v1", rooms: ["lobby"], ...times };

const BAD_CONNECTIONS: [string, object][] = [
  ["no column", {}],
  ["text that is no JSON", { t0: '{"connection":' }],
  ["a number for text", { t0: 7 }],
  ["null", json(null)],
  ["a list", json([])],
  ["neither a connection nor its end", json({})],
  ["a connection that is a text", json({ connection: "a" })],
  ["another connection", json({ connection: { ...whole, connectionId: "b" } })],
  ["no user", json({ connection: { ...whole, user: undefined } })],
  ["a user without an id", json({ connection: { ...whole, user: { name: "Eve" } } })],
  ["a name that is a number", json({ connection: { ...whole, user: { ...user, name: 1 } } })],
  ["no rooms", json({ connection: { ...whole, rooms: undefined } })],
  ["rooms that are numbers", json({ connection: { ...whole, rooms: [1] } })],
  ["an unknown protocol", json({ connection: { ...whole, protocol: "admin" } })],
  ["a lease that is a text", json({ connection: { ...whole, expiresAt: "never" } })],
  ["no beginning", json({ connection: { ...whole, connectedAt: null } })],
  ["an end of rights that is a text", json({ connection: { ...whole, authExpiresAt: "9" } })],
  ["a closing without its end", json({ connection: whole, closed: { by: "x" } })],
];

describe("a connection's row that is not what was stored", { timeout: 30_000 }, () => {
  it.each(BAD_CONNECTIONS)("(%s) is a closed connection, and one warning", async (_, columns) => {
    const rig = await createRig(kit);
    await rig.enter("a", "lobby");
    await rig.enter("b", "lobby");
    await put(rig, { ...connectionKey("a"), by: "x", ...columns });
    const store = rig.store();
    expect(await store.get("a")).toBeUndefined();
    expect(await store.touch("a", rig.clock.now() + 9 * LEASE_MS)).toBe(false);
    expect(await store.join("a", "attic")).toBe(false);
    expect(await store.leave("a", "attic")).toBe(false);
    expect(await store.open(rig.connection("a"))).toBe(false);
    expect(await store.connectionsOf("user-of-a")).toEqual([]);
    expect(await store.close("a")).toBeUndefined();
    expect(rig.warnings).toHaveLength(1);
    rig.clock.advance(LEASE_MS / 2);
    await store.touch("b", rig.clock.now() + 2 * LEASE_MS);
    rig.clock.advance(LEASE_MS);
    expect(await list(rig)).toEqual(["b"]);
    expect((await rig.rows()).filter((key) => key.startsWith("R."))).toEqual(["R.lobby b"]);
  });

  it("is swept like any closed one", async () => {
    const rig = await createRig(kit);
    await rig.enter("a");
    const { partitionKey } = connectionKey("a");
    await put(rig, { ...connectionKey("a"), by: "x", t0: "{" });
    rig.clock.advance(LEASE_MS + DAY_MS + 1);
    const sweeper = rig.store({ random: () => 0, tombstoneMs: 0 });
    const isSame = (id: string) => connectionKey(id).partitionKey === partitionKey;
    const ids = Array.from({ length: 200 }, (_, at) => `sweeper-${at}`).filter(isSame);
    for (const id of ids.slice(0, 2)) await sweeper.close(id);
    expect((await rig.rows()).filter((key) => key.endsWith(" c.a"))).toEqual([]);
  });
});

const BAD_MEMBERS: [string, object][] = [
  ["no column", {}],
  ["no lease", { ...json({ userId: "eve", protocol: "plain" }) }],
  ["a lease that is no number", { ...json({ userId: "eve", protocol: "plain" }), end: "soon" }],
  ["a lease without end", { ...json({ userId: "eve", protocol: "plain" }), end: "9".repeat(400) }],
  ["text that is no JSON", { end: "9000000000000000", t0: "{" }],
  ["no user", { end: "9000000000000000", ...json({ protocol: "plain" }) }],
  [
    "a user that is a number",
    { end: "9000000000000000", ...json({ userId: 1, protocol: "plain" }) },
  ],
  ["an unknown protocol", { end: "9000000000000000", ...json({ userId: "eve", protocol: "x" }) }],
];

describe("a member's row that is not what was stored", { timeout: 30_000 }, () => {
  it.each(BAD_MEMBERS)(
    "(%s) is told by the connection's row, with one warning",
    async (_, columns) => {
      const rig = await createRig(kit);
      for (const id of ["a", "b", "c"]) await rig.enter(id, "lobby");
      await rig.store().leave("c", "lobby");
      for (const id of ["b", "c", "nobody"])
        await put(rig, { ...memberKey("lobby", id), ...columns });
      const store = rig.store();
      const { members } = await store.members("lobby", { limit: 9 });
      expect(members.map(({ connectionId, userId }) => [connectionId, userId])).toEqual([
        ["a", "user-of-a"],
        ["b", "user-of-b"],
      ]);
      expect(await store.count("lobby")).toBe(2);
      expect(rig.warnings).toHaveLength(3); // One for each row; those of nobody are removed.
      expect((await rig.rows()).filter((key) => key.startsWith("R."))).toEqual([
        ...["R.lobby a", "R.lobby b"],
      ]);
    },
  );

  it("whose key is nobody's is passed over, and pages go on behind it", async () => {
    const rig = await createRig(kit);
    for (const id of ["a", "z"]) await rig.enter(id, "lobby");
    const good = json({ userId: "eve", name: "Eve", protocol: "plain" });
    const row = { partitionKey: memberPartition("lobby"), end: "9000000000000000", ...good };
    for (const rowKey of ["b c", "it's", "_zz_", ".hash", "_d83e__dd8a_"])
      await put(rig, { ...row, rowKey });
    await put(rig, {
      ...row,
      rowKey: ".other",
      ...json({ id: "a", userId: "eve", protocol: "plain" }),
    });
    const store = rig.store();
    expect(await list(rig)).toEqual(["a", "z"]);
    expect(await store.count("lobby")).toBe(2);
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.members("lobby", { limit: 1, cursor });
      ids.push(...page.members.map(({ connectionId }) => connectionId));
      ({ cursor } = page);
    } while (cursor !== undefined);
    expect(ids).toEqual(["a", "z"]);
  });
});
