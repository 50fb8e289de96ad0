import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { startCosKit } from "./cos-kit.ts";
import { type CosRig, createRig, NO_JSON_OF_OURS } from "./cos-rig.ts";

const kit = await startCosKit();
const { clock } = kit;
const LEASE_MS = 60_000;
const LONG = "x".repeat(300); // An id of which the key has only the hash.
const LASTS = (9e15).toString(36);

const list = async (rig: CosRig, limit = 10) => {
  const store = rig.store();
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.members("lobby", { limit, cursor });
    expect(page.expired).toEqual([]);
    found.push(...page.members.map(({ connectionId }) => connectionId));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
};

const encoded = (text: string) => Buffer.from(text).toString("base64url");
const PLACE = "9007199254740990";

const BAD_KEYS: [string, string][] = [
  ["a name", "c"],
  ["no name", `,${PLACE}.${LASTS}.`],
  ["a name that nothing is encoded to", `c__d,${PLACE}.${LASTS}.${encoded('["eve"]')}`],
  ["a name that nothing is encoded to, and no data", `c__d,${PLACE}.${LASTS}.`],
  ["a hash of too few characters", `.abc,${PLACE}.${LASTS}.`],
  ["a hash that tells nobody", `.abc,${PLACE}.${LASTS}.${encoded('["eve"]')}`],
  ["a name of another script", `Zoë,${PLACE}.${LASTS}.${encoded('["eve"]')}`],
  ["a version that is none", `c,1.${LASTS}.${encoded('["eve"]')}`],
  ["a lease that is none", `c,${PLACE}.-1.${encoded('["eve"]')}`],
  ["a lease that is too long", `c,${PLACE}.${"z".repeat(12)}.${encoded('["eve"]')}`],
  ...["[", "null", "7", '"eve"', "[]", "[1]", '{"userId":"eve"}', '["eve","Eve","admin"]'].map(
    (text): [string, string] => [text, `c,${PLACE}.${LASTS}.${encoded(text)}`],
  ),
  ["a separator more", `c,d,${PLACE}.${LASTS}.${encoded('["eve"]')}`],
  ["a folder", "c/d"],
  ["control characters", "c\u0000\n"],
  ["as many of them as a key has bytes", "\u0001".repeat(800)],
];

describe("a member's key that is not what was stored", () => {
  it.each(BAD_KEYS)("(%s) is passed over, with one warning", async (_, name) => {
    const rig = createRig(kit);
    for (const id of ["a", "b", "z"]) await rig.enter(id, "lobby");
    rig.put(rig.keys.room("lobby") + name, "");
    const store = rig.store();
    for (let times = 0; times < 2; times++) {
      const { members, expired } = await store.members("lobby", { limit: 10 });
      expect(members.map(({ connectionId }) => connectionId)).toEqual(["a", "b", "z"]);
      expect(expired).toEqual([]);
      expect(await store.count("lobby")).toBe(3);
    }
    expect(rig.warnings).toEqual([
      { message: expect.stringContaining("a member of a room"), details: { room: "lobby" } },
    ]);
    for (const limit of [1, 2]) expect(await list(rig, limit)).toEqual(["a", "b", "z"]);
  });

  it("takes nobody's place, however new it says to be", async () => {
    const rig = createRig(kit);
    for (const id of ["a", "b"]) await rig.enter(id, "lobby");
    for (const data of ["[", '["eve",null,"admin"]']) {
      rig.put(`${rig.keys.room("lobby")}a,${"0".repeat(16)}.${LASTS}.${encoded(data)}`, "");
    }
    expect(await list(rig)).toEqual(["a", "b"]);
    const { members } = await rig.store().members("lobby", { limit: 9 });
    expect(members[0]).toMatchObject({ userId: "user-of-a", protocol: "hubbub.v1" });
  });
});

const BAD_OBJECTS = [
  ...NO_JSON_OF_OURS,
  ...['["eve"]', `["${LONG}"]`, `["${LONG}",[1]]`, `["${LONG}",["eve",null,"admin"]]`],
  '["another",["eve"]]',
];

describe("a member's object that is not what was stored", () => {
  /** The key of a member who is told by its object. */
  const keyOfLong = (rig: CosRig) => {
    const room = rig.keys.room("lobby");
    const [name = ""] = rig.listed(room).filter((each) => each.startsWith("."));
    return room + name;
  };

  it.each(BAD_OBJECTS)("(%s) is passed over, with one warning", async (text) => {
    const rig = createRig(kit);
    for (const id of ["a", LONG, "b"]) await rig.enter(id, "lobby");
    rig.put(keyOfLong(rig), text);
    const store = rig.store();
    for (let times = 0; times < 2; times++) {
      const { members } = await store.members("lobby", { limit: 10 });
      expect(members.map(({ connectionId }) => connectionId)).toEqual(["a", "b"]);
    }
    expect(rig.warnings).toEqual([
      { message: expect.stringContaining("a member of a room"), details: { room: "lobby" } },
    ]);
    expect(await store.touch(LONG, clock.now() + 2 * LEASE_MS)).toBe(true);
    expect((await list(rig)).sort()).toEqual(["a", "b", LONG].sort()); // A heartbeat has put it right.
  });

  it("is deleted once its lease has ended: nobody knows whose it was", async () => {
    const rig = createRig(kit);
    for (const id of ["a", LONG]) await rig.enter(id, "lobby");
    rig.put(keyOfLong(rig), "{");
    await rig.store().touch("a", clock.now() + 9 * LEASE_MS);
    clock.advance(LEASE_MS);
    expect(await list(rig)).toEqual(["a"]);
    expect(rig.listed(rig.keys.room("lobby"))).toHaveLength(1);
    expect(rig.warnings).toHaveLength(1);
  });

  it("is of a connection that has ended where the key tells whose it is", async () => {
    const rig = createRig(kit);
    const store = rig.store();
    await store.open(kit.connection("a", { user: { userId: "u".repeat(900) } }));
    await store.join("a", "lobby");
    const [name = ""] = rig.listed(rig.keys.room("lobby"));
    rig.put(rig.keys.room("lobby") + name, "{");
    clock.advance(LEASE_MS);
    const page = await rig.store().members("lobby", { limit: 10 });
    expect(page).toMatchObject({ members: [], expired: ["a"] });
    expect(rig.warnings).toEqual([]);
  });

  it("is no warning where it was deleted meanwhile", async () => {
    const rig = createRig(kit);
    for (const id of ["a", LONG]) await rig.enter(id, "lobby");
    kit.cos.faults.requests = ({ action }) =>
      action === "GetObject" ? { error: "NoSuchKey" } : undefined;
    expect(await list(rig)).toEqual(["a"]);
    kit.cos.faults.requests = () => undefined;
    expect(rig.warnings).toEqual([]);
  });
});
