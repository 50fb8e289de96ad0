import { describe, expect, it } from "vitest";
import { createChat, say } from "./chats.ts";
import { type AnyFrame, createRig } from "./rig.ts";

const chat = createChat();
const at = (frame: AnyFrame | undefined, after: number) => ({
  epoch: String(frame?.epoch),
  after,
});

describe("the life of a connection", () => {
  it("that ended before it began does not begin", async () => {
    const { hub, send } = createRig(chat);
    await hub.cleanup({ connectionId: "a" });
    const event = { connectionId: "a", subprotocols: ["hubbub.v1"], query: { token: "ada" } };
    expect(await hub.register(event)).toMatchObject({ accepted: false });
    const { frames, close } = await send("a", { type: "hello", token: "ada" });
    expect(frames).toMatchObject([{ code: "connection_closed" }]);
    expect(close?.code).toBe(4409);
    expect(await hub.online("lobby")).toBe(0);
  });

  it("is not hurt by the late disconnect of the one before it", async () => {
    const { hub, enter, send, gateway, run } = createRig(chat);
    const { frames } = await enter("old", "lobby");
    const position = { epoch: String(frames[1]?.epoch), seq: 0 };
    const hello = { type: "hello", token: "old" };
    await send("new", hello, { type: "join", room: "lobby", ...position });
    for (let twice = 0; twice < 2; twice++) await run(hub.cleanup({ connectionId: "old" }));
    await hub.publish("lobby", "say", { text: "hi" });
    expect(gateway.pushed("new", "message")).toHaveLength(1);
    expect(await hub.online("lobby")).toBe(1);
  });

  it("goes on after its row was lost: hello, join, and nothing acked or retried is lost", async () => {
    const { enter, send, clock } = createRig(chat);
    const { frames } = await enter("ada", "lobby");
    const first = say("lobby", "one", "m1", at(frames[1], 0));
    await send("ada", first);
    await clock.advance(75_000);
    const second = say("lobby", "two", "m2", at(frames[1], 1));
    const lost = await send("ada", second);
    expect(lost.frames).toMatchObject([{ code: "hello_required", retryable: true, mid: "m2" }]);
    const back = await send(
      "ada",
      { type: "hello", token: "ada" },
      { type: "join", room: "lobby", epoch: frames[1]?.epoch, seq: 1 },
      first,
      second,
    );
    expect(back.frames).toMatchObject([
      { type: "welcome" },
      { type: "joined", recovered: true, head: 1 },
      { type: "ack", mid: "m1", seq: 1, dup: true },
      { type: "ack", mid: "m2", seq: 2, dup: false },
    ]);
  });

  it("that the first message reaches before the connect row is told to say hello", async () => {
    const { hub, send } = createRig(chat);
    const early = await send("ada", { type: "join", id: "j", room: "lobby" });
    expect(early.frames).toMatchObject([{ code: "hello_required", id: "j", retryable: true }]);
    await hub.register({
      connectionId: "ada",
      subprotocols: ["hubbub.v1"],
      query: { token: "ada" },
    });
    const { frames } = await send("ada", { type: "hello" }, { type: "join", room: "lobby" });
    expect(frames).toMatchObject([{ type: "welcome" }, { type: "joined" }]);
  });

  it("survives a connect event that comes twice, or after the join", async () => {
    const { hub, send } = createRig(chat);
    const event = { connectionId: "ada", subprotocols: ["hubbub.v1"], query: { token: "ada" } };
    await hub.register(event);
    await send("ada", { type: "hello" }, { type: "join", room: "lobby" });
    expect(await hub.register(event)).toMatchObject({ accepted: true });
    expect(await hub.online("lobby")).toBe(1);
    const { frames } = await send("ada", { type: "history", room: "lobby" });
    expect(frames).toMatchObject([{ type: "history" }]);
  });

  it("pushes nothing from the handshake", async () => {
    const { hub, faults, clock } = createRig(chat);
    const event = { connectionId: "ada", subprotocols: ["hubbub.v1"], query: { token: "ada" } };
    const result = await hub.register(event);
    await clock.advance(5000);
    expect(result.accepted && (await result.done)).toBeUndefined();
    expect(faults.calls.filter((call) => call.startsWith("pusher"))).toEqual([]);
  });

  it("learns from its heartbeat what differs from what it knows, and nothing else", async () => {
    const { enter, send, hub } = createRig(createChat({ presence: false }));
    const { frames } = await enter("ada", "lobby", "attic");
    const epoch = String(frames[1]?.epoch);
    await hub.publish("lobby", "say", { text: "hi" });
    const ping = async (room: string, position: { epoch: string; seq: number }) =>
      (await send("ada", { type: "ping", rooms: [{ room, ...position }] })).frames[0]?.rooms;
    const news = { room: "lobby", joined: true, epoch, oldest: 1, head: 1 };
    expect(await ping("lobby", { epoch, seq: 1 })).toEqual([]);
    expect(await ping("attic", { epoch, seq: 0 })).toEqual([]);
    expect(await ping("lobby", { epoch, seq: 0 })).toEqual([news]);
    expect(await ping("lobby", { epoch, seq: 2 })).toEqual([news]);
    expect(await ping("lobby", { epoch: "other", seq: 1 })).toEqual([news]);
    expect(await ping("ghost", { epoch, seq: 1 })).toEqual([{ room: "ghost", joined: false }]);
  });

  it("is kept by any sign of life, and by the gateway's touch", async () => {
    const { enter, send, hub, clock } = createRig(chat);
    await enter("ada", "lobby");
    for (let beat = 0; beat < 20; beat++) {
      await clock.advance(50_000);
      await send("ada", { type: "ping" });
    }
    expect(await hub.online("lobby")).toBe(1);
    for (let beat = 0; beat < 5; beat++) {
      await clock.advance(70_000);
      expect(await hub.touch("ada")).toBe(true);
    }
    expect(await hub.online("lobby")).toBe(1);
    await clock.advance(75_000);
    expect(await hub.online("lobby")).toBe(0);
    expect(await hub.touch("ada")).toBe(false);
  });

  it("that died silently gets no push after its lease, and is swept", async () => {
    const left: string[] = [];
    const { enter, hub, clock, gateway, run } = createRig(
      createChat({ left: ({ user, why }) => void left.push(`${user.userId} ${why}`) }),
    );
    await enter("ghost", "lobby");
    await clock.advance(75_000);
    await enter("ada", "lobby");
    const { report } = await run(hub.publish("lobby", "say", { text: "hi" }));
    expect(report).toMatchObject({ sent: 1, gone: 0 });
    expect(gateway.pushed("ghost", "message")).toEqual([]);
    expect(left).toEqual(["ghost expired"]);
  });

  it("may be carried by the gateway, which saves the read", async () => {
    const { hub, clock, meter, gateway } = createRig(chat);
    const hello = JSON.stringify({ type: "hello", token: "ada" });
    const { connection } = await hub.transport({ connectionId: "ada", data: hello });
    const join = { connectionId: "ada", data: '{"type":"join","room":"lobby"}', connection };
    const joined = await hub.transport(join);
    expect(joined.connection?.rooms).toEqual(["lobby"]);
    await clock.advance(0);
    meter.reset();
    const who = '{"type":"ping"}';
    await hub.transport({ connectionId: "ada", data: who, connection: joined.connection });
    expect(meter.counts()).toMatchObject({ read: 0, write: 0, list: 0 });
    await clock.advance(0);
    expect(gateway.received("ada").closed).toBeUndefined();
  });
});
