import { describe, expect, it } from "vitest";
import { type Changes, createChat, unlimited } from "./chats.ts";
import { createRig } from "./rig.ts";

function start(changes: Changes = {}) {
  const rig = createRig(createChat({ limits: unlimited, ...changes }));
  const latest = (id: string) => rig.gateway.pushed(id, "presence").at(-1);
  return { ...rig, latest };
}

describe("presence", () => {
  it("of a thousand joins within a second costs a member two pushes, and the first one a third", async () => {
    const { enter, gateway, clock, hub } = start();
    for (let n = 0; n < 1000; n++) {
      await enter(`m${n}`, "lobby");
      await clock.advance(1);
    }
    await clock.advance(10_000);
    const counts = Array.from(
      { length: 1000 },
      (_, n) => gateway.pushed(`m${n}`, "presence").length,
    );
    expect(Math.max(...counts)).toBeLessThanOrEqual(3);
    expect(counts.filter((count) => count > 2).length).toBeLessThanOrEqual(1);
    expect(gateway.pushed("m500", "presence").at(-1)).toMatchObject({ online: 1000 });
    expect(await hub.online("lobby")).toBe(1000);
  });

  it("counts a user once over two connections, until the last one leaves", async () => {
    const { enter, send, latest, clock, hub } = start();
    await enter("ada", "lobby");
    await send("ada2", { type: "hello", token: "ada" }, { type: "join", room: "lobby" });
    await enter("bob", "lobby");
    await clock.advance(1000);
    const members = [
      { id: "ada", name: "ADA" },
      { id: "bob", name: "BOB" },
    ];
    expect(latest("bob")).toMatchObject({ online: 2, members });
    await send("ada", { type: "leave", room: "lobby" });
    await clock.advance(1000);
    expect(latest("bob")).toMatchObject({ online: 2 });
    await hub.cleanup({ connectionId: "ada2" });
    await clock.advance(1000);
    expect(latest("bob")).toMatchObject({ online: 1, members: members.slice(1) });
  });

  it("tells the number only in rooms over maxListed", async () => {
    const { enter, latest, clock, send } = start({ presence: { maxListed: 3 } });
    for (const id of ["a", "b", "c"]) await enter(id, "lobby");
    await clock.advance(1000);
    expect(latest("a")?.members).toHaveLength(3);
    for (const id of ["d", "e", "f"]) await enter(id, "lobby");
    await clock.advance(1000);
    expect(latest("a")).toMatchObject({ online: 6 });
    expect(latest("a")).not.toHaveProperty("members");
    const { frames } = await send("a", { type: "who", id: "w", room: "lobby" });
    expect(frames).toEqual([{ ...latest("a"), id: "w" }]);
  });

  it("converges after a leave, a kick, a close and a silent death", async () => {
    const { enter, send, latest, clock, hub } = start();
    for (const id of ["ada", "bob", "eve", "kim", "zoe"]) await enter(id, "lobby");
    await send("bob", { type: "leave", room: "lobby" });
    hub.kick("eve", { room: "lobby" }).catch(() => {});
    await hub.cleanup({ connectionId: "kim" });
    await clock.advance(2000);
    expect(latest("ada")).toMatchObject({ online: 2 });
    for (let beat = 0; beat < 4; beat++) {
      await clock.advance(25_000);
      await send("ada", { type: "ping" });
    }
    const { frames } = await send("ada", { type: "who", room: "lobby" });
    expect(frames).toMatchObject([{ online: 1, members: [{ id: "ada" }] }]);
  });

  it("is repaired by the pong when the pushes were lost", async () => {
    const { enter, send, latest, clock, gateway } = start();
    const { frames } = await enter("ada", "lobby");
    await clock.advance(1000);
    const { epoch } = { epoch: String(frames[1]?.epoch) };
    const ping = (presence: unknown) =>
      send("ada", { type: "ping", rooms: [{ room: "lobby", epoch, seq: 0, presence }] });
    const known = latest("ada")?.version;
    expect((await ping(known)).frames).toMatchObject([{ rooms: [] }]);
    expect((await ping(undefined)).frames).toMatchObject([{ rooms: [] }]);
    gateway.answer = (id) => (id === "ada" ? "too-large" : "sent");
    await enter("bob", "lobby");
    await clock.advance(5000);
    expect(latest("ada")?.version).toBe(known);
    const pong = (await ping(known)).frames[0];
    expect(pong).toMatchObject({ rooms: [{ joined: true, head: 0, online: 2 }] });
    const { frames: who } = await send("ada", { type: "who", room: "lobby" });
    const rooms = pong?.rooms as { version: string }[];
    const news = rooms[0]?.version;
    expect(who[0]?.version).toBe(news);
    expect((await ping(news)).frames).toMatchObject([{ rooms: [] }]);
  });

  it("is pushed although a connection whose lease has ended can't be removed", async () => {
    const { enter, latest, clock, faults, problems, quiesce } = start();
    await enter("bob", "lobby");
    await clock.advance(80_000);
    faults.fail("store.close", "before");
    // The push takes longer than the removal: nobody waits for that yet when it fails.
    const release = faults.hold("pusher.send");
    await enter("ada", "lobby");
    release();
    await quiesce();
    expect(latest("ada")).toMatchObject({ online: 1 });
    expect(problems[0]?.message).toMatch(/^a dead connection/);
  });

  it("of an inbox is none, so a pong does not tell it", async () => {
    const { enter, send } = start();
    const { frames } = await enter("ada", "@ada");
    const room = { room: "@ada", epoch: frames[1]?.epoch, seq: 0, presence: "" };
    const pong = await send("ada", { type: "ping", rooms: [room] });
    expect(pong.frames).toMatchObject([{ type: "pong", rooms: [] }]);
  });

  it("has the version of its content", async () => {
    const { enter, send, clock, hub } = start();
    await enter("ada", "lobby");
    const version = async () =>
      (await send("ada", { type: "who", room: "lobby" })).frames[0]?.version;
    const alone = await version();
    await enter("bob", "lobby");
    expect(await version()).not.toBe(alone);
    await hub.cleanup({ connectionId: "bob" });
    await clock.advance(3000);
    expect(await version()).toBe(alone);
  });

  it("that is switched off pushes nothing and asks for nothing", async () => {
    const { enter, send, gateway, quiesce, hub } = start({ presence: false });
    const { frames } = await enter("ada", "lobby");
    await enter("bob", "lobby");
    await quiesce();
    expect(gateway.pushed("ada", "presence")).toEqual([]);
    const room = { room: "lobby", epoch: frames[1]?.epoch, seq: 5, presence: "x" };
    const pong = (await send("ada", { type: "ping", rooms: [room] })).frames[0];
    expect(pong).toMatchObject({ rooms: [{ joined: true, head: 0 }] });
    const rooms = pong?.rooms as object[];
    expect(rooms[0]).not.toHaveProperty("online");
    const who = await send("ada", { type: "who", room: "lobby" });
    expect(who.frames).toMatchObject([{ code: "forbidden" }]);
    expect(await hub.online("lobby")).toBe(2);
  });

  it("is pushed after the answer that tells of the change, not before", async () => {
    const { hub, gateway, clock } = start();
    const data = JSON.stringify([
      { type: "hello", token: "ada" },
      { type: "join", room: "lobby" },
    ]);
    const { replies } = await hub.transport({ connectionId: "ada", data });
    expect(replies).toHaveLength(1);
    expect(gateway.pushed("ada")).toEqual([]);
    await clock.advance(0);
    expect(gateway.pushed("ada")).toMatchObject([{ type: "presence", online: 1 }]);
  });

  it("is not pushed for an inbox", async () => {
    const { enter, gateway, quiesce } = start();
    await enter("ada", "@ada");
    await quiesce();
    expect(gateway.pushed("ada")).toEqual([]);
  });

  it("that could not be read or pushed is pushed with the next change", async () => {
    const { enter, faults, latest, clock, problems } = start();
    await enter("ada", "lobby");
    await clock.advance(1000);
    faults.fail("store.members", "before");
    await enter("bob", "lobby");
    await clock.advance(2000);
    expect(latest("ada")).toMatchObject({ online: 1 });
    expect(problems.length).toBeGreaterThan(0);
    await enter("eve", "lobby");
    await clock.advance(2000);
    expect(latest("ada")).toMatchObject({ online: 3 });
  });
});
