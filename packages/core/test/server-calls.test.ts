import { describe, expect, it } from "vitest";
import { FrameError, InvalidArgumentError, UnavailableError } from "../src/index.ts";
import { createMemoryRoomLog } from "../src/memory.ts";
import { type Changes, createChat, createGuestChat } from "./chats.ts";
import { createFaults } from "./faults.ts";
import { createRig, type RigOptions } from "./rig.ts";

async function start(changes: Changes = {}, options: RigOptions = {}) {
  const rig = createRig(createChat(changes), options);
  await rig.enter("ada", "lobby", "attic");
  await rig.send("ada2", { type: "hello", token: "ada" }, { type: "join", room: "lobby" });
  await rig.enter("bob", "lobby");
  return rig;
}

const bye = { type: "bye", code: 4403, reason: "spam", reconnect: false };

describe("hub.publish", () => {
  it("stores, fans out and reports", async () => {
    const { hub, gateway, run } = await start();
    const published = await run(hub.publish("lobby", "say", { text: "hi" }));
    expect(published).toMatchObject({ seq: 1, dup: false, report: { seq: 1, sent: 3, gone: 0 } });
    expect(gateway.pushed("ada2", "message")).toMatchObject([{ data: { text: "hi" } }]);
  });

  it("with the same mid twice stores once", async () => {
    const { hub } = await start();
    const options = { mid: "job-1", from: { id: "bot" } };
    const first = await hub.publish("lobby", "say", { text: "hi" }, options);
    const second = await hub.publish("lobby", "say", { text: "hi" }, options);
    const third = await hub.publish("lobby", "say", { text: "hi" }, { mid: "job-1" });
    expect([first.seq, first.dup]).toEqual([1, false]);
    expect([second.seq, second.dup]).toEqual([1, true]);
    expect([third.seq, third.dup]).toEqual([2, false]);
    const conflict = hub.publish("lobby", "say", { text: "ho" }, options);
    await expect(conflict).rejects.toMatchObject({ code: "mid_conflict" });
  });

  it("with mids works in a busy room, whoever is faster", async () => {
    const { hub, run } = createRig(createChat());
    for (let n = 0; n < 300; n++) await hub.publish("lobby", "say", { text: "hi" });
    const jobs = Array.from({ length: 8 }, (_, n) =>
      hub.publish("lobby", "say", { text: "job" }, { mid: `job-${n}` }),
    );
    const all = await run(Promise.all(jobs));
    expect(all.map(({ seq }) => seq).sort()).toEqual([301, 302, 303, 304, 305, 306, 307, 308]);
  });

  it("with a mid works when the head moves on after it was read", async () => {
    const chat = createChat();
    const { clock, random, id } = createRig(chat).options;
    const log = createMemoryRoomLog({ clock, random, id });
    const fast = createRig(chat, { log });
    const faults = createFaults(() => new UnavailableError("down"));
    const slow = createRig(chat, { log: faults.wrap("log", log) });
    for (let n = 0; n < 300; n++) await fast.hub.publish("lobby", "say", { text: "hi" });
    const release = faults.hold("log.append");
    const job = slow.hub.publish("lobby", "say", { text: "job" }, { mid: "job" });
    await slow.clock.advance(0);
    await fast.hub.publish("lobby", "say", { text: "faster" });
    release();
    expect((await slow.run(job)).seq).toBe(302);
  });

  it("rejects what is wrong with the code that says so", async () => {
    const { hub } = await start();
    const publish = hub.publish as (...args: unknown[]) => Promise<unknown>;
    const codes = async (...args: unknown[]) =>
      publish(...args).then(
        () => "stored",
        (error: unknown) => {
          expect(error).toSatisfy(
            (e) => e instanceof FrameError || e instanceof InvalidArgumentError,
          );
          return (error as FrameError).code;
        },
      );
    expect(await codes("", "say", { text: "a" })).toBe("bad_room");
    expect(await codes(undefined, "say", { text: "a" })).toBe("invalid_argument");
    expect(await codes("lobby", "dance", {})).toBe("unknown_event");
    expect(await codes("lobby", "typing", { on: true })).toBe("unknown_event");
    expect(await codes("lobby", "say", { text: 1 })).toBe("bad_data");
    expect(await codes("lobby", "say", { text: "a", extra: 1n })).toBe("internal");
  });

  it("rejects with unavailable when the log does not answer", async () => {
    const { hub, faults } = await start();
    faults.fail("log.append", "before");
    await expect(hub.publish("lobby", "say", { text: "hi" })).rejects.toThrow(UnavailableError);
  });
});

describe("hub.signal", () => {
  it("pushes to everybody, and an inbox", async () => {
    const { hub, send, gateway } = await start();
    await send("bob", { type: "join", room: "@bob" });
    const report = await hub.signal("lobby", "typing", { on: true }, { from: { id: "bot" } });
    expect(report).toMatchObject({ sent: 3 });
    expect(gateway.pushed("bob", "signal")).toEqual([
      { type: "signal", room: "lobby", from: { id: "bot" }, event: "typing", data: { on: true } },
    ]);
    expect(await hub.signal("@bob", "typing", { on: true })).toMatchObject({ sent: 1 });
  });
});

describe("hub.members and hub.online", () => {
  it("count users, each once", async () => {
    const { hub } = await start();
    expect(await hub.online("lobby")).toBe(2);
    const members = [...(await hub.members("lobby"))].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(members).toEqual([
      { id: "ada", name: "ADA" },
      { id: "bob", name: "BOB" },
    ]);
    expect([await hub.online("ghost"), await hub.members("ghost")]).toEqual([0, []]);
  });
});

describe("hub.kick", () => {
  it("closes every connection of a user, and no other", async () => {
    const left: string[] = [];
    const { hub, gateway, run, send } = await start({
      left: ({ user, room, why }) => void left.push(`${user.userId} ${room} ${why}`),
    });
    expect(await run(hub.kick("ada", { reason: "spam" }))).toBe(2);
    for (const id of ["ada", "ada2"]) {
      expect(gateway.pushed(id, "bye")).toEqual([bye]);
      expect(gateway.received(id).closed).toEqual({ code: 4403, reason: "spam" });
      expect((await send(id, { type: "ping" })).frames).toMatchObject([{ code: "hello_required" }]);
    }
    expect(gateway.received("bob").closed).toBeUndefined();
    expect(left.sort()).toEqual(["ada attic kicked", "ada lobby kicked", "ada lobby kicked"]);
    expect(await run(hub.kick("ada"))).toBe(0);
  });

  it("removes a user from one room, who is told and keeps the others", async () => {
    const { hub, gateway, run, send } = await start();
    expect(await run(hub.kick("ada", { room: "lobby", reason: "spam" }))).toBe(2);
    expect(gateway.pushed("ada", "error")).toMatchObject([
      { code: "kicked", room: "lobby", reason: "spam", retryable: false },
    ]);
    expect(gateway.received("ada").closed).toBeUndefined();
    const { frames } = await send(
      "ada",
      { type: "history", room: "lobby" },
      { type: "history", room: "attic" },
    );
    expect(frames).toMatchObject([{ code: "not_joined" }, { type: "history" }]);
    expect(await run(hub.kick("ada", { room: "ghost" }))).toBe(0);
  });

  it("closes the other connections when one can't be told or closed", async () => {
    for (const call of ["pusher.send", "pusher.close", "store.close", "store.get"]) {
      const { hub, gateway, run, faults } = await start();
      faults.fail(call, "before");
      await run(hub.kick("ada").catch(() => 0));
      expect([call, gateway.received("ada2").closed?.code]).toEqual([call, 4403]);
    }
  });

  it("closes the socket even when the store lost the answer", async () => {
    const { hub, gateway, run, faults } = await start();
    faults.fail("store.close", "after", new UnavailableError("down"), 2);
    await expect(run(hub.kick("ada"))).rejects.toMatchObject({ code: "unavailable" });
    expect(gateway.received("ada").closed?.code).toBe(4403);
    expect(gateway.received("ada2").closed?.code).toBe(4403);
  });

  it("from a room keeps its messages away even when the first try was cut off", async () => {
    const { hub, gateway, run, faults } = await start({}, { groups: true });
    faults.fail("store.leave", "after", new UnavailableError("down"), 2);
    await run(hub.kick("ada", { room: "lobby" }).catch(() => 0));
    await run(hub.kick("ada", { room: "lobby" }));
    await run(hub.publish("lobby", "say", { text: "secret" }));
    expect(gateway.pushed("ada", "message")).toEqual([]);
    expect(gateway.pushed("bob", "message")).toHaveLength(1);
  });

  it("tells the others even if it fails", async () => {
    const { hub, gateway, run, faults, clock } = await start();
    await clock.advance(10_000); // Of those who came, everybody has heard.
    const before = gateway.pushed("bob", "presence").length;
    faults.fail("pusher.close", "before");
    await expect(run(hub.kick("ada"))).rejects.toMatchObject({ code: "unavailable" });
    await clock.advance(1000);
    expect(gateway.pushed("bob", "presence").length).toBeGreaterThan(before);
    expect(gateway.pushed("bob", "presence").at(-1)).toMatchObject({ online: 1 });
  });
});

it("lets guests be kicked by the id that the server gave them", async () => {
  const { enter, hub, run } = createRig(createGuestChat());
  const { frames } = await enter("a", "lobby");
  const user = frames[0]?.user as { id: string };
  expect(await run(hub.kick(user.id))).toBe(1);
});
