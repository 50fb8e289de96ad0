import { describe, expect, it } from "vitest";
import { createFakeServer } from "./fake-server.ts";
import { record, settle, setUp, setUpRoom, texts } from "./setup.ts";

const HOUR = 60 * 60 * 1000;

async function setUpAged() {
  const server = createFakeServer();
  server.welcome.maxAgeMs = 2 * HOUR;
  const setup = setUp({}, server);
  const room = setup.client.join("lobby");
  await room.joined;
  return { ...setup, room, messages: record(room), setup };
}

describe("rotation", () => {
  it.each([
    [0, 0.67],
    [0.999, 0.95],
  ])(
    "opens another connection at a random age (%f) and then closes the old one",
    async (chance, share) => {
      const { setup, server, clock, room, client } = await setUpAged();
      const states: string[] = [];
      client.on("state", (state) => states.push(state));
      setup.chance = chance;
      server.last.drop();
      await clock.advance(500); // The age is drawn when the connection comes into use.
      const count = server.sockets.length;
      await clock.advance(2 * HOUR * share - 1000 * 60);
      expect(server.sockets).toHaveLength(count);
      await clock.advance(1000 * 61);
      expect(server.sockets).toHaveLength(count + 1);
      expect(server.sockets.at(-2)?.closedWith).toBe(1000);
      expect(server.last.messages[0]?.[1]).toMatchObject({ type: "join", epoch: "e1", seq: 0 });
      expect(states).toEqual(["resuming", "open"]);
      expect(room.state).toBe("joined");
    },
  );

  it("swaps only when the joins are answered, and drops what both bring", async () => {
    const { server, client, clock, room } = await setUpRoom();
    const messages = record(room);
    const recovered: unknown[] = [];
    room.on("recovered", (event) => recovered.push(event));
    const [old] = server.sockets;
    let held: (() => void) | undefined;
    server.intercept = (frame, socket) => {
      if (frame.type !== "join" || held) return false;
      server.joined.get(socket)?.add("lobby");
      held = () =>
        socket.push({
          type: "joined",
          id: frame.id,
          room: "lobby",
          epoch: "e1",
          oldest: 1,
          head: 1,
          recovered: true,
          messages: server.log("lobby").entries.slice(0, 1),
          more: false,
        });
      return true;
    };
    old?.push({ type: "bye", code: 1012, reason: "restart", reconnect: true, afterMs: 1000 });
    await clock.advance(1000);
    expect(server.sockets).toHaveLength(2);
    server.say("lobby", "both");
    expect(old?.closedWith).toBeUndefined();
    held?.();
    await settle();
    expect(old?.closedWith).toBe(1000);
    server.say("lobby", "new");
    expect(texts(messages)).toEqual(["both", "new"]);
    expect(recovered).toEqual([]);
    expect(client.state).toBe("open");
  });

  it("keeps the old connection open until what was asked there is answered", async () => {
    const { server, clock, room } = await setUpRoom();
    const [old] = server.sockets;
    server.intercept = ({ type }) => type === "publish";
    const reply = room.request("rename", {});
    await settle();
    const mid = server.sent("publish")[0]?.mid;
    old?.push({ type: "bye", code: 1012, reason: "", reconnect: true });
    await clock.advance(100);
    expect(server.sockets).toHaveLength(2);
    expect(old?.closedWith).toBeUndefined();
    old?.push({ type: "ack", room: "lobby", mid, reply: { ok: true } });
    expect(await reply).toEqual({ ok: true });
    expect(old?.closedWith).toBe(1000);
  });

  it("takes a room that is joined meanwhile for what it is: joined on both, nothing lost", async () => {
    const { server, clock, client } = await setUpRoom();
    const [old] = server.sockets;
    server.accepting = false;
    old?.push({ type: "bye", code: 1012, reason: "", reconnect: true });
    await clock.advance(100);
    const room = client.join("attic");
    const messages = record(room);
    const resets: unknown[] = [];
    room.on("reset", (reset) => resets.push(reset));
    await room.joined;
    server.last.open();
    server.log("attic").deaf = true;
    server.say("attic", "a");
    await clock.advance(500);
    expect(old?.closedWith).toBe(1000);
    expect(texts(messages)).toEqual(["a"]);
    expect(resets).toEqual([]);
  });

  it("takes a first join that is answered twice, on either connection", async () => {
    const { server, clock, client } = await setUpRoom();
    server.intercept = ({ type, room }) => type === "join" && room === "lobby";
    server.last.push({ type: "bye", code: 1012, reason: "", reconnect: true });
    await clock.advance(100);
    const room = client.join("attic");
    const resets: unknown[] = [];
    room.on("reset", (reset) => resets.push(reset));
    await room.joined;
    await clock.advance(100);
    const joins = server.sent("join").filter((join) => join.room === "attic");
    expect(joins.map(({ seq }) => seq)).toEqual([undefined, undefined]);
    expect(resets).toEqual([]);
  });

  it("keeps the old connection if the second one fails", async () => {
    const { server, clock, client } = await setUpRoom();
    const [old] = server.sockets;
    server.accepting = false;
    old?.push({ type: "bye", code: 1012, reason: "", reconnect: true });
    await clock.advance(100);
    server.last.drop(4401);
    await clock.advance(60_000);
    expect(server.sockets).toHaveLength(2);
    expect(client.state).toBe("open");
    old?.drop(1012);
    expect(client.state).toBe("resuming");
    server.accepting = true;
    await clock.advance(500);
    expect(client.state).toBe("open");
  });

  it("takes the second one when the first is lost meanwhile", async () => {
    const { server, clock, client, room } = await setUpRoom();
    const [old] = server.sockets;
    server.intercept = ({ type }) => type === "join";
    old?.push({ type: "bye", code: 1012, reason: "", reconnect: true });
    await clock.advance(100);
    old?.drop(1006);
    expect(client.state).toBe("open");
    expect(server.sockets).toHaveLength(2);
    server.intercept = () => false;
    await clock.advance(10_000);
    expect(room.state).toBe("joined");
  });

  it("tells a bye, and ends with it if nobody is wanted back", async () => {
    const { server, client } = await setUpRoom();
    const byes: unknown[] = [];
    client.on("bye", (bye) => byes.push(bye));
    server.last.push({ type: "bye", code: 4403, reason: "kicked", reconnect: false });
    server.last.drop(1006);
    expect(byes).toEqual([{ code: 4403, reason: "kicked", reconnect: false }]);
    expect(client.state).toBe("closed");
  });

  it("does not go back when the old connection is told late that its position is gone", async () => {
    const { server, clock, room, messages } = await setUpAged();
    const resets: unknown[] = [];
    room.on("reset", (reset) => resets.push(reset));
    const [old] = server.sockets;
    let late = () => {};
    server.log("lobby").epoch = "e2";
    server.intercept = (frame, socket) => {
      if (frame.type !== "join" || socket !== old) return false;
      const state = { epoch: "e2", oldest: 1, head: 1, messages: [], more: true };
      late = () =>
        socket.push({ type: "joined", id: frame.id, room: "lobby", recovered: false, ...state });
      return true;
    };
    server.say("lobby", "first"); // The old connection learns of the new log, and asks.
    server.last.push({ type: "bye", code: 1012, reason: "", reconnect: true });
    server.intercept = ((held) => (frame, socket) => {
      if (frame.type === "join" && socket !== old) queueMicrotask(() => queueMicrotask(late));
      return held(frame, socket);
    })(server.intercept);
    await clock.advance(1000);
    expect(server.sockets).toHaveLength(2);
    expect(resets).toHaveLength(1);
    expect(room.position).toEqual({ epoch: "e2", seq: 1 });
    server.say("lobby", "second");
    expect(texts(messages)).toEqual(["first", "second"]);
  });
});
