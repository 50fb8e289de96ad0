import { describe, expect, it } from "vitest";
import { createFakeServer } from "./fake-server.ts";
import { settle, setUp, setUpRoom, texts } from "./setup.ts";

describe("messages to the server", () => {
  it("coalesce what one tick sends", async () => {
    const { server, room } = await setUpRoom();
    const before = server.last.messages.length;
    room.signal("typing", { on: true });
    room.signal("typing", { on: false });
    void room.who();
    await settle();
    expect(
      server.last.messages.slice(before).map((frames) => frames.map(({ type }) => type)),
    ).toEqual([["signal", "signal", "who"]]);
  });

  it("have at most 32 frames", async () => {
    const { client, server } = setUp();
    for (let room = 0; room < 40; room++) client.join(`room-${room}`);
    await settle();
    expect(server.last.messages.map((frames) => frames.length)).toEqual([32, 9]);
  });

  it("have at most maxBytes, in UTF-8", async () => {
    const server = createFakeServer();
    server.welcome.maxBytes = 300;
    const { client } = setUp({}, server);
    const room = client.join("lobby");
    await room.joined;
    for (let signal = 0; signal < 4; signal++) room.signal("x", "ééééééééééééééééééééééééé");
    await settle();
    const lengths = server.last.messages.slice(1).map((frames) => frames.length);
    expect(lengths).toEqual([2, 2]);
    const errors: string[] = [];
    client.on("error", ({ code }) => errors.push(code));
    room.signal("x", "é".repeat(200));
    await settle();
    expect(errors).toEqual(["too_large"]);
  });

  it("wait for the welcome, but hello and joins", async () => {
    const server = createFakeServer();
    server.intercept = ({ type }) => type === "hello";
    const { client } = setUp({}, server);
    const room = client.join("lobby");
    await room.joined;
    expect(room.signal("typing", {})).toBe(false);
    void client.join("attic");
    await settle();
    expect(server.last.messages).toHaveLength(1);
    server.last.push({ type: "welcome", ...server.welcome });
    await settle();
    expect(server.last.messages[1]).toMatchObject([{ type: "join", room: "attic" }]);
  });
});

describe("messages from the server", () => {
  it("that are no frames are ignored", async () => {
    const { server, client, room, messages } = await setUpRoom();
    const errors: unknown[] = [];
    client.on("error", (error) => errors.push(error));
    for (const text of ["", "{", "null", "[]", "[[]]", "1", '"x"', '{"type":7}', "[null,1,{}]"]) {
      server.last.raw(text);
    }
    server.last.raw('{"__proto__":{"type":"message","admin":true}}');
    server.last.raw('{"type":"__proto__"}');
    server.last.raw('{"type":"constructor","room":"__proto__"}');
    server.last.raw(new ArrayBuffer(8));
    server.last.push({ message: "Internal server error", connectionId: "x", requestId: "y" });
    server.last.push({ type: "unheard-of", room: "lobby" });
    const entry = {
      type: "message",
      room: "lobby",
      epoch: "e1",
      seq: 1,
      mid: "m",
      event: "say",
      ts: 1,
    };
    for (const wrong of [{ seq: "1" }, { seq: 1.5 }, { seq: -1 }, { epoch: 1 }, { mid: null }]) {
      server.last.push({ ...entry, ...wrong });
    }
    server.last.push({
      type: "joined",
      room: "lobby",
      epoch: "e1",
      oldest: 1,
      head: 0,
      messages: {},
    });
    server.last.push({
      type: "pong",
      ts: 1,
      rooms: [null, 1, { room: "lobby" }, { room: "nowhere", joined: false }],
    });
    server.last.push({ ...entry, room: "__proto__" });
    server.last.push({ type: "error", code: 5 });
    server.last.push({ type: "bye" });
    expect(messages).toEqual([]);
    expect(errors).toEqual([]);
    expect(client.state).toBe("open");
    server.say("lobby", "still here");
    expect(texts(messages)).toEqual(["still here"]);
    expect(room.position?.seq).toBe(1);
    expect(Object.hasOwn(Object.prototype, "admin")).toBe(false);
  });

  it("may come as an array, with things in it that are no frames", async () => {
    const { server, messages } = await setUpRoom();
    const base = { type: "message", room: "lobby", epoch: "e1", mid: "m", event: "say", ts: 1 };
    const data = JSON.parse('{"text":"x","__proto__":{"admin":true}}') as unknown;
    server.last.push({ ...base, seq: 1, data }, 7, null, { ...base, seq: 2, data: { text: "y" } });
    expect(texts(messages)).toEqual(["x", "y"]);
    expect(messages[0]?.data).not.toHaveProperty("admin");
  });

  it("are not spoilt by fields that are unknown for their type", async () => {
    const { server, client, messages } = await setUpRoom();
    const message = { type: "message", room: "lobby", epoch: "e1", seq: 1, mid: "m", ts: 1 };
    server.last.push({ ...message, event: "say", code: "token_expired", retryable: true });
    expect(client.state).toBe("open");
    expect(messages).toHaveLength(1);
  });

  it("with errors that answer nothing are reported", async () => {
    const { server, client } = await setUpRoom();
    const errors: string[] = [];
    client.on("error", ({ code }) => errors.push(code));
    server.last.push({ type: "error", code: "bad_frame", message: "", retryable: false });
    server.last.push({
      type: "error",
      code: "unknown_event",
      message: "",
      retryable: false,
      room: "lobby",
    });
    expect(errors).toEqual(["bad_frame", "unknown_event"]);
  });
});
