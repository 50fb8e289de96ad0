import { describe, expect, it } from "vitest";
import { createConnection } from "../src/connection.ts";
import type { Context } from "../src/context.ts";
import { resolveOptions } from "../src/resolve-options.ts";
import { createFakeServer } from "./fake-server.ts";
import { settle, setUp, setUpRoom } from "./setup.ts";

describe("an error that ends the connection", () => {
  it.each([
    ["unauthenticated", 4401],
    ["token_expired", 4401],
    ["kicked", 4403],
  ])("%s counts as close code %i where none is passed on", async (code, closeCode) => {
    const { client, server, clock } = await setUpRoom();
    server.last.push({ type: "error", code, message: "why", retryable: false });
    expect(server.last.closedWith).toBe("closed");
    expect(await client.closed).toMatchObject({
      code: closeCode,
      reason: "why",
      error: { code, message: "why" },
    });
    await clock.advance(60_000);
    expect(server.sockets).toHaveLength(1);
  });

  it("connection_closed is followed by another connection", async () => {
    const { client, server, clock } = await setUpRoom();
    server.last.push({ type: "error", code: "connection_closed", retryable: false });
    expect(client.state).toBe("resuming");
    expect(server.last.closedWith).toBe("closed");
    await clock.advance(500);
    expect(client.state).toBe("open");
  });

  it("ends it although it answers a frame, and nothing that comes with it counts", async () => {
    const { server, clock, room, messages } = await setUpRoom({ token: () => "t" });
    server.intercept = ({ type }) => type === "publish";
    const ack = room.publish("say", {}, { mid: "m" });
    await settle();
    server.intercept = () => false;
    const message = { type: "message", room: "lobby", epoch: "e1", seq: 1, mid: "x", ts: 1 };
    server.last.push(
      { type: "error", code: "token_expired", retryable: false, mid: "m", room: "lobby" },
      { ...message, event: "say" },
    );
    expect(messages).toEqual([]);
    await clock.advance(500);
    expect(await ack).toMatchObject({ seq: 1 });
  });

  it("kicked from a room ends none", async () => {
    const { client, server, room } = await setUpRoom();
    server.last.push({ type: "error", code: "kicked", retryable: false, room: "lobby" });
    expect(room.state).toBe("left");
    expect(client.state).toBe("open");
    expect(server.last.closedWith).toBeUndefined();
  });
});

describe("a connection that ended", () => {
  it("tells its end once", async () => {
    const server = createFakeServer();
    server.accepting = false;
    const { setTimer } = setUp().clock;
    const options = resolveOptions({ url: "ws://fake", WebSocket: server.WebSocket, setTimer });
    const context = { ...options, rooms: new Map(), maxBytes: 1000 } as unknown as Context;
    const codes: number[] = [];
    const connection = createConnection(context, "ws://fake", "t", ({ code }) => codes.push(code));
    server.last.drop(1006);
    server.last.drop(1000);
    connection.end(1000);
    expect(codes).toEqual([1006]);
  });

  it("does nothing more, whatever still comes of it", async () => {
    const { server, clock, room, messages } = await setUpRoom();
    const [old] = server.sockets;
    server.intercept = ({ type }) => type === "ping";
    await clock.advance(36_000);
    expect(server.sockets).toHaveLength(2);
    const sent = old?.messages.length;
    old?.push({ type: "message", room: "lobby", epoch: "e1", seq: 1, mid: "m", event: "x", ts: 1 });
    old?.push({ type: "error", code: "hello_required", retryable: true });
    room.signal("typing", {});
    old?.drop(1000);
    await clock.advance(60_000);
    expect(messages).toEqual([]);
    expect(old?.messages).toHaveLength(sent ?? 0);
  });

  it("is ended once by a client that closes", async () => {
    const { client, server } = await setUpRoom();
    await client.close();
    const sent = server.last.messages.length;
    server.last.drop(1000);
    await client.close();
    expect(server.last.closedWith).toBe(1000);
    expect(server.last.messages).toHaveLength(sent);
    expect(await client.closed).toEqual({ code: 1000, reason: "closed" });
  });
});

describe("a connection that waits for its welcome", () => {
  it("is given connectTimeoutMs to open, and again to be welcomed", async () => {
    const server = createFakeServer();
    server.accepting = false;
    server.intercept = ({ type }) => type === "hello";
    const { client, clock } = setUp({ connectTimeoutMs: 3000 }, server);
    await clock.advance(2900);
    server.last.open();
    await clock.advance(2900);
    expect(server.last.closedWith).toBeUndefined();
    server.last.push({ type: "welcome", ...server.welcome });
    await clock.advance(20_000);
    expect(client.state).toBe("open");
    expect(server.sockets).toHaveLength(1);
    expect(server.last.closedWith).toBeUndefined();
  });

  it("is dropped when another hello is not answered in time", async () => {
    const { client, server, clock } = await setUpRoom({ connectTimeoutMs: 3000 });
    server.intercept = ({ type }) => type === "hello" || type === "join";
    server.last.push({ type: "error", code: "hello_required", retryable: true });
    server.last.push({ type: "error", code: "hello_required", retryable: true });
    await clock.advance(2999);
    expect(server.sent("hello")).toHaveLength(2);
    expect(server.last.closedWith).toBeUndefined();
    await clock.advance(1);
    expect(server.sockets[0]?.closedWith).toBe("closed");
    expect(client.state).toBe("resuming");
  });

  it("can be told to say hello a third time", async () => {
    const { server, room } = await setUpRoom();
    for (let times = 2; times < 4; times++) {
      server.last.push({ type: "error", code: "hello_required", retryable: true });
      await settle();
      expect(server.sent("hello")).toHaveLength(times);
      expect(room.state).toBe("joined");
    }
  });
});

describe("a ping", () => {
  it("is cut into several where there are many rooms", async () => {
    const { client, server, clock } = setUp();
    const rooms = Array.from({ length: 26 }, (_, at) => client.join(`room-${at}`));
    await Promise.all(rooms.map(({ joined }) => joined));
    await clock.advanceUntil(() => server.sent("ping").length > 0);
    const lists = server.sent("ping").map((ping) => ping.rooms as unknown[]);
    expect(lists.map(({ length }) => length)).toEqual([25, 1]);
  });

  it("is one, and empty, where there is none", async () => {
    const { server, clock } = setUp();
    await clock.advance(25_000);
    expect(server.sent("ping")).toEqual([{ type: "ping", rooms: [] }]);
  });
});
