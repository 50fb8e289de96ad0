import { afterEach, describe, expect, it } from "vitest";
import { startCosKit } from "./cos-kit.ts";
import { type CosRig, createRig, NO_JSON_OF_OURS } from "./cos-rig.ts";

const kit = await startCosKit();
const { clock, cos } = kit;
const LEASE_MS = 60_000;

const good = {
  user: { userId: "user-of-conn-a" },
  protocol: "hubbub.v1",
  connectedAt: 0,
  expiresAt: 9e15,
  rooms: [["lobby", 1]],
  by: "eve",
};

const REST = ",9007199254740989.zzzzzzzz."; // What follows the connection in a member's key.

const BAD_STATES: [string, string][] = [
  ...NO_JSON_OF_OURS.map((text): [string, string] => [JSON.stringify(text), text]),
  ...Object.entries({
    "nobody who is not closed": { expiresAt: 9e15, rooms: [], by: "eve" },
    "no user": { ...good, user: undefined },
    "a user that is a text": { ...good, user: "eve" },
    "a user without an id": { ...good, user: { name: "Eve" } },
    "a name that is a number": { ...good, user: { userId: "eve", name: 1 } },
    "an unknown protocol": { ...good, protocol: "admin" },
    "no protocol": { ...good, protocol: undefined },
    "no beginning": { ...good, connectedAt: undefined },
    "a lease that is a text": { ...good, expiresAt: "never" },
    "no lease": { ...good, expiresAt: null },
    "an end of rights that is a text": { ...good, authExpiresAt: "9" },
    "no rooms": { ...good, rooms: undefined },
    "rooms that are an object": { ...good, rooms: { lobby: 1 } },
    "rooms that are texts": { ...good, rooms: ["lobby"] },
    "a room that is a number": { ...good, rooms: [[1, 1]] },
    "a room of no version": { ...good, rooms: [["lobby"]] },
    "a room of half a version": { ...good, rooms: [["lobby", 0.5]] },
    "a room of a later version": { ...good, rooms: [["lobby", 3]] },
    "a room of a huge version": { ...good, rooms: [["lobby", 1e300]] },
    "an end that is a text": { ...good, closed: "no" },
    "an id that its key tells": { ...good, id: "conn-a" },
    "leftovers that are a text": { ...good, dropped: "all" },
    "leftovers that are numbers": { ...good, dropped: [1] },
    "a list of a state": [good],
  }).map(([what, row]): [string, string] => [what, JSON.stringify(row)]),
];

const roomOf = async (rig: CosRig) => {
  const { members } = await rig.store().members("lobby", { limit: 9 });
  return members.map(({ connectionId }) => connectionId);
};

afterEach(() => {
  cos.faults.requests = () => undefined;
});

describe("a connection's state that is not what was stored", () => {
  it.each(BAD_STATES)("(%s) is a closed connection, and one warning", async (_, text) => {
    const rig = createRig(kit);
    await rig.enter("conn-a", "lobby");
    await rig.enter("conn-b", "lobby");
    rig.put(rig.keys.version("conn-a", 2), text);
    const store = rig.store();
    expect(await store.get("conn-a")).toBeUndefined();
    expect(await store.touch("conn-a", clock.now() + 9 * LEASE_MS)).toBe(false);
    expect(await store.join("conn-a", "attic")).toBe(false);
    expect(await store.leave("conn-a", "lobby")).toBe(false);
    expect(await store.connectionsOf("user-of-conn-a")).toEqual([]);
    expect(await store.open(kit.connection("conn-a"))).toBe(false);
    expect(await store.close("conn-a")).toBeUndefined();
    expect(rig.warnings).toEqual([
      { message: expect.stringContaining("the state of a connection"), details: undefined },
    ]);
    expect(rig.warnings[0]?.message).not.toContain("conn-a");
    expect(await store.touch("conn-b", clock.now() + 9 * LEASE_MS)).toBe(true);
    expect(await store.count("lobby")).toBe(2); // Until the lease of its membership ends.
    clock.advance(LEASE_MS);
    expect(await roomOf(rig)).toEqual(["conn-b"]);
    expect(rig.listed(rig.keys.room("lobby"))).toHaveLength(1);
  });

  it.each([
    ["a log", ({ keys }: CosRig) => keys.slot("lobby", 1)],
    ["another's membership", ({ keys }: CosRig) => `${keys.room("lobby")}conn-b${REST}`],
    ["a folder", ({ keys }: CosRig) => `${keys.room("lobby")}conn-a${REST}/precious`],
    ["another prefix", ({ keys }: CosRig) => `x${keys.room("lobby").slice(1)}conn-a${REST}`],
  ])("deletes nothing of %s that it calls its leftover", async (_, keyOf) => {
    const rig = createRig(kit);
    await rig.enter("conn-a", "lobby");
    const key = keyOf(rig);
    rig.put(key, "precious");
    rig.put(rig.keys.version("conn-a", 2), JSON.stringify({ ...good, dropped: [key] }));
    const store = rig.store();
    await store.leave("conn-a", "attic");
    await store.touch("conn-a", clock.now() + 9 * LEASE_MS);
    await store.join("conn-a", "attic");
    expect(await store.close("conn-a")).toBeUndefined();
    expect(cos.keys()).toContain(key);
    expect(rig.warnings).toHaveLength(1);
  });

  it("is found by whoever loses a race to it", async () => {
    const rig = createRig(kit);
    const store = rig.store();
    await store.open(kit.connection("conn-a"));
    rig.put(rig.keys.version("conn-a", 2), "{");
    expect(await store.join("conn-a", "lobby")).toBe(false);
    expect(await store.count("lobby")).toBe(0);
    expect(rig.warnings).toHaveLength(1);
  });

  it("costs nothing once there is a newer one", async () => {
    const rig = createRig(kit);
    await rig.enter("conn-a", "lobby");
    rig.put(rig.keys.version("conn-a", 1), "{");
    expect(await rig.store().get("conn-a")).toMatchObject({ rooms: ["lobby"] });
    expect(await rig.store().join("conn-a", "attic")).toBe(true);
  });

  it("is none where its id is hashed and the id beside it is another's", async () => {
    const id = "x".repeat(300);
    for (const [beside, there] of [
      [id, true],
      ["another", false],
      [undefined, false],
      [7, false],
    ] as const) {
      const rig = createRig(kit);
      rig.put(rig.keys.version(id, 1), JSON.stringify({ ...good, id: beside }));
      expect((await rig.store().get(id)) !== undefined).toBe(there);
      expect(rig.warnings).toHaveLength(there ? 0 : 1);
    }
  });

  it("is none of those that this package writes", async () => {
    const rig = createRig(kit);
    const id = "conn-".repeat(60);
    const user = { userId: "ann", name: "", admin: { of: ["attic"] } };
    const store = rig.store();
    await store.close("never-opened");
    expect(await rig.store().open(kit.connection("never-opened"))).toBe(false);
    for (const connectionId of ["conn-a", id]) {
      await store.open(kit.connection(connectionId, { user, authExpiresAt: clock.now() + 9e9 }));
      for (const room of ["lobby", "Zoë/\ud800", "r".repeat(200)]) {
        await store.join(connectionId, room);
      }
      await store.leave(connectionId, "lobby");
      await store.touch(connectionId, clock.now() + 2 * LEASE_MS);
      await store.open(kit.connection(connectionId, { user, protocol: "plain" }));
      expect(await rig.store().get(connectionId)).toMatchObject({ user, protocol: "plain" });
      expect(await rig.store().close(connectionId)).toMatchObject({ user });
      expect(await rig.store().close(connectionId)).toBeUndefined();
    }
    expect(rig.listed(`${rig.prefix}m/`)).toEqual([]);
    expect(rig.warnings).toEqual([]);
  });
});

describe("objects among a connection's states that are none", () => {
  const names = [
    "!",
    "0",
    "0".repeat(16),
    "1".padEnd(16, "0"),
    "9",
    `9${"x".repeat(15)}`,
    "~",
    "é",
  ];

  it.each(names)("(%s) hide the newest from nobody", async (name) => {
    const rig = createRig(kit);
    const store = rig.store();
    await store.open(kit.connection("conn-a"));
    for (const room of ["lobby", "attic", "hall"]) await store.join("conn-a", room);
    rig.put(rig.keys.versions("conn-a") + name, JSON.stringify(good));
    // The oldest versions are deleted after two days.
    const old = [1, 2, 3].map((version) => rig.keys.version("conn-a", version));
    cos.faults.requests = ({ action, key }) =>
      action === "GetObject" && old.includes(key) ? { error: "NoSuchKey" } : undefined;
    const other = rig.store();
    expect(await other.get("conn-a")).toMatchObject({ rooms: ["lobby", "attic", "hall"] });
    expect(await other.join("conn-a", "cellar")).toBe(true);
    expect(rig.warnings.length).toBeLessThanOrEqual(1);
    expect(JSON.stringify(rig.warnings)).not.toContain("conn-a");
  });
});
