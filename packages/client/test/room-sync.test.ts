import { describe, expect, it } from "vitest";
import type { Room } from "../src/room-types.ts";
import type { FakeServer } from "./fake-server.ts";
import { record, settle, setUp, setUpRoom, texts } from "./setup.ts";

/** Makes the server refuse joins, and answers how many it has refused. */
function refuseJoins(server: FakeServer, code: string, fields = {}): () => number {
  let refused = 0;
  server.intercept = ({ type, id }, socket) => {
    if (type !== "join") return false;
    refused++;
    socket.push({ type: "error", code, id, retryable: false, ...fields });
    return true;
  };
  return () => refused;
}

/** Records the events of a room that tell of lost messages. */
function watch(room: Room): unknown[] {
  const events: unknown[] = [];
  room.on("reset", (reset) => events.push(reset));
  room.on("recovered", (recovered) => events.push(recovered));
  return events;
}

describe("a join", () => {
  it("is asked for once, however many messages tell that the log is another one", async () => {
    const { server } = await setUpRoom();
    server.log("lobby").epoch = "e2";
    server.say("lobby", "a");
    server.say("lobby", "b");
    await settle();
    expect(server.sent("join")).toHaveLength(2);
  });

  it("is repeated with care, and told, after an internal error", async () => {
    const setup = setUp();
    const { client, server, clock } = setup;
    setup.chance = 0.5;
    const errors: string[] = [];
    client.on("error", ({ code }) => errors.push(code));
    const refused = refuseJoins(server, "internal");
    const room = client.join("lobby");
    await clock.advance(499);
    expect(refused()).toBe(1);
    await clock.advance(1);
    expect(refused()).toBe(2);
    expect(errors).toEqual(["internal", "internal"]);
    expect(room.state).toBe("joining");
  });

  it("is not told while the server is unavailable, and starts over with short waits", async () => {
    const setup = setUp();
    const { client, server, clock } = setup;
    setup.chance = 0.5;
    const errors: string[] = [];
    client.on("error", ({ code }) => errors.push(code));
    const first = refuseJoins(server, "unavailable", { retryable: true });
    const room = client.join("lobby");
    await clock.advance(500 + 1000);
    expect(first()).toBe(3);
    server.intercept = () => false;
    await clock.advance(2000);
    expect(room.state).toBe("joined");
    const second = refuseJoins(server, "unavailable", { retryable: true });
    server.last.push({ type: "error", code: "not_joined", retryable: true, room: "lobby" });
    expect(room.state).toBe("joining");
    await clock.advance(500);
    expect(second()).toBe(2);
    expect(errors).toEqual([]);
  });

  it("that was refused is not repeated on a connection that is lost", async () => {
    const { client, server, clock } = setUp();
    refuseJoins(server, "unavailable", { retryable: true, retryAfterMs: 5000 });
    client.join("lobby");
    await settle();
    const [old] = server.sockets;
    old?.drop();
    server.intercept = () => false;
    await clock.advance(60_000);
    expect(old?.messages.flat().filter(({ type }) => type === "join")).toHaveLength(1);
    expect(server.sent("join")).toHaveLength(2);
  });

  it("waits for nothing once its connection is lost", async () => {
    const { client, server, clock } = setUp();
    server.intercept = ({ type }) => type === "join";
    client.join("lobby");
    await settle();
    const timers = clock.timers;
    server.last.drop();
    await settle();
    expect(clock.timers).toBeLessThan(timers);
    await client.close();
    expect(clock.timers).toBe(0);
  });

  it("that has to wait keeps the old connection during a rotation", async () => {
    const { server, clock, room } = await setUpRoom();
    const [old] = server.sockets;
    refuseJoins(server, "unavailable", { retryable: true, retryAfterMs: 5000 });
    old?.push({ type: "bye", code: 1012, reason: "", reconnect: true });
    await clock.advance(4000);
    expect(server.sockets).toHaveLength(2);
    expect(old?.closedWith).toBeUndefined();
    expect(room.state).toBe("joined");
    server.intercept = () => false;
    await clock.advance(2000);
    expect(old?.closedWith).toBe(1000);
    expect(room.state).toBe("joined");
  });

  it("that is refused during a rotation leaves the room, and the rotation goes on", async () => {
    const { server, clock, room } = await setUpRoom();
    const [old] = server.sockets;
    refuseJoins(server, "forbidden");
    old?.push({ type: "bye", code: 1012, reason: "", reconnect: true });
    await clock.advance(100);
    expect(room.state).toBe("left");
    expect(old?.closedWith).toBe(1000);
  });
});

describe("a position that can't be resumed", () => {
  it("moves to the newest messages that were asked for, which are backlog", async () => {
    const { client, server, clock } = setUp();
    const room = client.join("lobby", { last: 2 });
    const messages = record(room);
    const events = watch(room);
    await room.joined;
    server.say("lobby", "1");
    server.last.drop();
    for (let seq = 2; seq <= 9; seq++) server.say("lobby", `${seq}`);
    server.log("lobby").entries.splice(0, 4);
    server.log("lobby").oldest = 5;
    await clock.advance(500);
    expect(events).toEqual([
      { epochChanged: false, from: 2, to: 7, oldest: 5, head: 9 },
      { recovered: false, count: 2 },
    ]);
    expect(messages.map(({ seq, backlog }) => [seq, backlog])).toEqual([
      [1, false],
      [8, true],
      [9, true],
    ]);
  });

  it("moves to the head of a log that keeps nothing", async () => {
    const { server, clock, room } = await setUpRoom();
    const events = watch(room);
    server.last.drop();
    Object.assign(server.log("lobby"), { oldest: 5, entries: [] });
    await clock.advance(500);
    expect(events).toEqual([
      { epochChanged: false, from: 1, to: 4, oldest: 5, head: 4 },
      { recovered: false, count: 0 },
    ]);
    expect(room.position).toEqual({ epoch: "e1", seq: 4 });
  });

  it("is counted neither from nor to in another log", async () => {
    const { server, clock, room, messages } = await setUpRoom();
    const events = watch(room);
    server.say("lobby", "old");
    server.last.drop();
    Object.assign(server.log("lobby"), { epoch: "e2", oldest: 3, entries: [] });
    server.say("lobby", "new");
    await clock.advance(500);
    expect(events).toEqual([
      { epochChanged: true, from: undefined, to: undefined, oldest: 3, head: 3 },
      { recovered: false, count: 0 },
    ]);
    expect(texts(messages)).toEqual(["old", "new"]);
  });
});
