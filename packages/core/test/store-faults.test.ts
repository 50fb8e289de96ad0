import { describe, expect, it } from "vitest";
import { createChat, say } from "./chats.ts";
import { createRig } from "./rig.ts";

const MOMENTS = ["before", "after"] as const;
const both = (calls: string[]) =>
  calls.flatMap((call) => MOMENTS.map((moment) => [call, moment] as const));

async function start(groups = false) {
  const rig = createRig(createChat(), { groups });
  const { frames } = await rig.enter("ada", "lobby");
  await rig.enter("bob", "lobby");
  return { ...rig, epoch: String(frames[1]?.epoch) };
}

describe("a fault of the backend", () => {
  it.each(both(["store.get", "log.append"]))(
    "at %s, %s its effect, is unavailable; the same publish then is stored once",
    async (call, moment) => {
      const { send, faults, epoch, gateway } = await start();
      const frame = say("lobby", "hi", "m1", { epoch, after: 0 });
      faults.fail(call, moment);
      const { frames, close } = await send("ada", frame);
      expect(frames).toMatchObject([{ code: "unavailable", retryable: true }]);
      expect(frames[0]?.retryAfterMs).toBeGreaterThan(0);
      expect(close).toBeUndefined();
      const again = await send("ada", frame);
      expect(again.frames).toMatchObject([{ type: "ack", seq: 1 }]);
      const next = await send("bob", say("lobby", "yo", "m1", { epoch, after: 0 }));
      expect(next.frames).toMatchObject([{ type: "ack", seq: 2, dup: false }]);
      if (call === "store.get") expect(gateway.pushed("bob", "message")).toHaveLength(1);
    },
  );

  it("at store.leave keeps the pushes of who stays, and gives none to who never was there", async () => {
    const { send, faults, hub, gateway, enter, run } = await start(true);
    faults.fail("store.leave", "before");
    await send("bob", { type: "leave", room: "lobby" });
    await hub.publish("lobby", "say", { text: "hi" });
    expect(gateway.pushed("bob", "message")).toHaveLength(1);
    await enter("eve", "attic");
    faults.fail("store.leave", "before");
    await run(hub.kick("eve", { room: "lobby" }).catch(() => 0));
    await hub.publish("lobby", "say", { text: "secret" });
    expect(gateway.pushed("eve", "message")).toEqual([]);
  });

  it("at groups.leave leaves no member whom no broadcast reaches", async () => {
    const { send, faults, hub } = await start(true);
    faults.fail("groups.leave", "after");
    const { frames } = await send("ada", { type: "leave", id: "l", room: "lobby" });
    expect(frames).toMatchObject([{ code: "unavailable", id: "l" }]);
    expect(await hub.online("lobby")).toBe(1);
  });

  it("at the read of the connection is told to every frame of the message", async () => {
    const { send, sendRaw, faults } = await start();
    faults.fail("store.get", "before");
    const history = { type: "history", id: "h", room: "lobby" };
    const { frames } = await send("ada", history, say("lobby", "hi", "m1"));
    const unavailable = { code: "unavailable", retryable: true, room: "lobby" };
    expect(frames).toMatchObject([
      { ...unavailable, id: "h" },
      { ...unavailable, mid: "m1" },
    ]);
    faults.fail("store.get", "before");
    expect((await sendRaw("ada", "{")).frames).toMatchObject([{ code: "unavailable" }]);
  });

  it.each(both(["store.join", "log.head", "groups.join"]))(
    "at %s, %s its effect, during a join is repaired by the next try",
    async (call, moment) => {
      const { send, faults, hub, gateway } = await start(true);
      await send("eve", { type: "hello", token: "eve" });
      faults.fail(call, moment);
      const join = { type: "join", room: "lobby" };
      expect((await send("eve", join)).frames).toMatchObject([{ code: "unavailable" }]);
      expect((await send("eve", join)).frames).toMatchObject([{ type: "joined" }]);
      await hub.publish("lobby", "say", { text: "hi" });
      expect(gateway.pushed("eve", "message")).toHaveLength(1);
      expect(await hub.online("lobby")).toBe(3);
    },
  );

  it.each(both(["store.leave", "groups.leave"]))(
    "at %s, %s its effect, during a leave: after the next try nothing arrives any more",
    async (call, moment) => {
      const { send, faults, hub, gateway } = await start(true);
      faults.fail(call, moment);
      await send("ada", { type: "leave", room: "lobby" });
      const { frames } = await send("ada", { type: "leave", id: "l", room: "lobby" });
      expect(frames).toMatchObject([{ type: "ack", id: "l" }]);
      await hub.publish("lobby", "say", { text: "secret" });
      expect(gateway.pushed("ada", "message")).toEqual([]);
      expect(await hub.online("lobby")).toBe(1);
    },
  );

  it.each(both(["store.open"]))(
    "at %s, %s its effect, refuses the handshake with 503",
    async (call, moment) => {
      const { hub, faults } = await start();
      faults.fail(call, moment);
      const query = { token: "eve" };
      const event = { connectionId: "eve", subprotocols: ["hubbub.v1"], query };
      expect(await hub.register(event)).toMatchObject({ accepted: false, status: 503 });
    },
  );

  it("before the effect of a hello's open is unavailable, and hello works again", async () => {
    const { send, faults } = await start();
    faults.fail("store.open", "before");
    const hello = { type: "hello", token: "eve" };
    expect((await send("eve", hello)).frames).toMatchObject([{ code: "unavailable" }]);
    expect((await send("eve", hello)).frames).toMatchObject([{ type: "welcome" }]);
  });

  it.each(["store.members", "groups.broadcast", "pusher.send", "store.touch", "store.close"])(
    "at %s changes nothing about an ack, and done does not reject",
    async (call) => {
      const { send, faults, epoch, gateway, quiesce, clock } = await start(
        call.startsWith("groups"),
      );
      await clock.advance(40_000);
      gateway.answer = (id) => (id === "bob" ? "gone" : "sent");
      faults.fail(call, "before");
      const { frames, done } = await send("ada", say("lobby", "hi", "m1", { epoch, after: 0 }));
      expect(frames).toMatchObject([{ type: "ack", seq: 1 }]);
      await quiesce();
      await expect(done).resolves.toHaveLength(1);
    },
  );

  it.each(["read", "head"])("at log.%s is unavailable to who asks", async (method) => {
    const { send, faults, epoch } = await start();
    const ask = {
      type: "history",
      id: "h",
      room: "lobby",
      ...(method === "read" ? { after: 0 } : {}),
    };
    faults.fail(`log.${method}`, "before");
    expect((await send("ada", ask)).frames).toMatchObject([{ code: "unavailable", id: "h" }]);
    expect((await send("ada", ask)).frames).toMatchObject([{ type: "history", epoch }]);
  });

  it("that is no UnavailableError is internal, and its text stays on the server", async () => {
    const { send, faults, epoch, problems } = await start();
    faults.fail("log.append", "before", new TypeError("secret detail"));
    const { frames } = await send("ada", say("lobby", "hi", "m1", { epoch, after: 0 }));
    expect(frames).toMatchObject([{ code: "internal", retryable: false, mid: "m1" }]);
    expect(JSON.stringify(frames)).not.toContain("secret");
    expect(problems).toHaveLength(1);
  });

  it("at a cleanup makes the gateway's retry of it work", async () => {
    for (const moment of MOMENTS) {
      const { hub, faults, run } = await start();
      faults.fail("store.close", moment);
      const event = { connectionId: "bob" };
      await expect(hub.cleanup(event)).rejects.toMatchObject({ code: "unavailable" });
      await run(hub.cleanup(event));
      expect(await hub.online("lobby")).toBe(1);
    }
  });
});
