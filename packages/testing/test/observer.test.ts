import type { StoredEntry } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { GATEWAYS, type GatewayName } from "../src/simulation/gateway-manners.ts";
import type { Link } from "../src/simulation/link.ts";
import { createObserver } from "../src/simulation/observer.ts";

const STORED: StoredEntry = {
  ...{ seq: 1, mid: "m1", from: { id: "ada" }, event: "say", data: null, ts: 0, digest: "d" },
};
const MESSAGE = { type: "message", room: "lobby", epoch: "e", seq: 1, mid: "m1", ts: 0 };
const JOINED = JSON.stringify({ type: "joined", room: "lobby" });

/** A lobby whose log holds `m1` by Ada, and whose member is Bob's connection, `b`, since `joinedAt`. */
function watch(gateway: GatewayName, { joinedAt = 0, isCalm = false } = {}) {
  const found: string[] = [];
  const world = { now: 0, isUp: true, struck: "" };
  const observer = createObserver(
    {
      clock: { now: () => world.now },
      plan: { gateway: GATEWAYS[gateway], calm: isCalm, users: [{ token: "ada", rooms: [] }] },
      violated: (guarantee) => void found.push(guarantee),
      wasStruck: (point) => point === world.struck,
    },
    {
      log: () => [STORED],
      storedAt: (_room, _epoch, seq) => 10 * seq,
      members: async () => [{ connectionId: "b", since: joinedAt }],
      wasMember: (connectionId) => connectionId === "b",
    },
    () => world.isUp,
  );
  const tellAt = (ms: number) => {
    world.now = ms;
    observer.answered("b", [JOINED]);
  };
  return { found, world, observer, tellAt };
}

function link(id: string): Link {
  return { id, owner: 0, up: true, activeAt: 0, deliver() {}, die() {} };
}

describe("whom an append has to be pushed to", () => {
  it("is every member of before it, but its sender", async () => {
    const { found, observer } = watch("ideal", { joinedAt: 20 });
    await observer.checkFanOut(MESSAGE, "b", 30);
    await observer.checkFanOut(MESSAGE, "a", 20);
    expect(found).toEqual([]);
    await observer.checkFanOut(MESSAGE, "a", 21);
    expect(found).toEqual(["G9"]);
  });

  it("has been pushed to once that was tried", async () => {
    const { found, observer } = watch("ideal");
    observer.attempted("b", JSON.stringify([{ ...MESSAGE, seq: 2 }]));
    await observer.checkFanOut(MESSAGE, "a", 30);
    expect(found).toEqual(["G9"]);
    observer.attempted("b", JSON.stringify([MESSAGE]));
    await observer.checkFanOut(MESSAGE, "a", 30);
    expect(found).toEqual(["G9"]);
  });

  it("is, in a group, who was told of having joined", async () => {
    const { found, observer, tellAt } = watch("azure", { joinedAt: 20 });
    await observer.checkFanOut(MESSAGE, "a", 40);
    tellAt(25);
    await observer.checkFanOut(MESSAGE, "a", 25);
    expect(found).toEqual([]);
    await observer.checkFanOut(MESSAGE, "a", 26);
    expect(found).toEqual(["G9"]);
  });

  it("is nobody who was told only of an earlier join, which a leave has ended meanwhile", async () => {
    const { found, observer, tellAt } = watch("azure", { joinedAt: 20 });
    tellAt(10);
    await observer.checkFanOut(MESSAGE, "a", 40);
    expect(found).toEqual([]);
  });

  it("is nobody who was taken out of the group, has no socket, or whose leave was cut off", async () => {
    const { found, world, observer, tellAt } = watch("azure", { joinedAt: 20 });
    tellAt(25);
    world.isUp = false;
    await observer.checkFanOut(MESSAGE, "a", 40);
    world.isUp = true;
    world.struck = "groups.leave";
    await observer.checkFanOut(MESSAGE, "a", 40);
    world.struck = "";
    observer.leftGroup("room:lobby", "b");
    await observer.checkFanOut(MESSAGE, "a", 40);
    expect(found).toEqual([]);
  });
});

describe("what goes over the wire", () => {
  it("acks what is stored where it is stored, and nothing else", () => {
    const { found, observer } = watch("ideal");
    const ack = { type: "ack", room: "lobby", epoch: "e", mid: "m1", seq: 1, dup: false };
    observer.answered("b", [JSON.stringify(ack)]);
    expect(found).toEqual([]);
    observer.answered("b", [JSON.stringify([ack, { ...ack, seq: 2 }, { ...ack, mid: "m2" }])]);
    expect(found).toEqual(["G1", "G1"]);
    expect(observer.acks([JSON.stringify([ack, { ...ack, dup: true }])])).toEqual([ack]);
  });

  it("tells nobody of a join that was not, and nobody what a room says who never was in it", () => {
    const { found, observer } = watch("ideal");
    observer.answered("b", [JOINED]);
    observer.seen(link("b"), JSON.stringify(MESSAGE));
    expect(found).toEqual([]);
    observer.answered("c", [JOINED]);
    observer.seen(link("c"), JSON.stringify(MESSAGE));
    observer.seen(link("c"), JSON.stringify({ type: "error", room: "lobby" }));
    expect(found).toEqual(["G9", "G10"]);
  });

  it("is counted by type and socket, with the messages that came back to their sender", () => {
    const { world, observer } = watch("ideal");
    observer.sent(link("b"), JSON.stringify([{ type: "publish", mid: "m1" }, { type: "ping" }]));
    world.now = 70;
    const own = { ...MESSAGE, from: { id: "ada" }, seq: 5 };
    observer.seen(link("b"), JSON.stringify([own, { ...own, mid: "m2", seq: 2 }]));
    observer.seen(link("b"), JSON.stringify({ type: "error", code: "rate_limited" }));
    const counts = ["publish", "ping", "echo", "rate_limited", "join"].map(observer.count);
    expect(counts).toEqual([1, 1, 1, 1, 0]);
    expect(observer).toMatchObject({ sockets: 1, slowestMs: 50 });
  });

  it("tells presence at most every half second where nothing is late", () => {
    const { found, world, observer } = watch("ideal", { isCalm: true });
    const tell = (now: number, frame = {}) => {
      world.now = now;
      observer.seen(link("b"), JSON.stringify({ type: "presence", room: "lobby", ...frame }));
    };
    tell(1000);
    tell(1100, { id: "w1" });
    tell(1500);
    expect(found).toEqual([]);
    tell(1999);
    expect(found).toEqual(["calm"]);
  });
});
