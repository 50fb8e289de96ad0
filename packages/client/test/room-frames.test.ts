import { describe, expect, it } from "vitest";
import { createFakeServer } from "./fake-server.ts";
import { settle, setUp, setUpRoom } from "./setup.ts";

const pong = (...rooms: unknown[]) => ({ type: "pong", ts: 1, rooms });
const lobby = { room: "lobby", joined: true, epoch: "e1", oldest: 1, head: 0 };

describe("a message", () => {
  it("without data or sender has null, and is nobody's own", async () => {
    const { server, messages } = await setUpRoom();
    const message = { type: "message", room: "lobby", epoch: "e1", seq: 1, mid: "m", ts: 5 };
    server.last.push({ ...message, event: "notice" });
    expect(messages).toEqual([
      {
        ...{ room: "lobby", epoch: "e1", seq: 1, mid: "m", from: undefined, event: "notice" },
        ...{ data: null, ts: 5, own: false, backlog: false },
      },
    ]);
  });

  it("of a user without a mid of ours is no ack", async () => {
    const { server, room } = await setUpRoom();
    server.intercept = ({ type }) => type === "publish";
    const pending: number[] = [];
    room.on("pending", ({ length }) => pending.push(length));
    void room.publish("say", {}, { mid: "m" }).catch(() => {});
    await settle();
    server.say("lobby", "bob's", { mid: "m" });
    server.say("lobby", "mine", { mid: "n", from: { id: "ann" } });
    await settle();
    expect(pending).toEqual([1, 1]);
  });
});

describe("a signal", () => {
  it("without data has null", async () => {
    const { server, room } = await setUpRoom();
    const signals: unknown[] = [];
    room.on("signal", (signal) => signals.push(signal));
    server.last.push({ type: "signal", room: "lobby", event: "typing" });
    expect(signals).toEqual([{ room: "lobby", event: "typing", data: null, from: undefined }]);
  });
});

describe("an answer that nobody waits for", () => {
  it("tells nothing", async () => {
    const { client, server, room, messages } = await setUpRoom();
    const told: unknown[] = [];
    for (const name of ["signal", "presence", "reset", "recovered", "left"] as const) {
      room.on(name, (event) => told.push(event));
    }
    client.on("error", (error) => told.push(error));
    const state = { room: "lobby", epoch: "e1", oldest: 1, head: 1 };
    const entry = { seq: 1, mid: "m", event: "say", ts: 1 };
    server.last.push({ type: "history", id: ".9", ...state, messages: [entry], more: false });
    server.last.push({ type: "joined", id: ".9", ...state, messages: [entry], more: false });
    server.last.push({ type: "reset", id: ".9", ...state });
    server.last.push({ type: "ack", mid: "m", ...state, seq: 1, ts: 1, dup: false });
    await settle();
    expect(told).toEqual([]);
    expect(messages).toEqual([]);
    expect(room.position?.seq).toBe(0);
  });
});

describe("an error that answers no call", () => {
  it("joins again where the room is forgotten, and is told else", async () => {
    const { client, server, room } = await setUpRoom();
    const errors: unknown[] = [];
    client.on("error", ({ code, message, retryable, reason }) =>
      errors.push({ code, message, retryable, reason }),
    );
    const error = { type: "error", room: "lobby", retryable: true };
    server.last.push({ ...error, code: "not_joined" });
    expect(room.state).toBe("joining");
    await settle();
    expect(room.state).toBe("joined");
    expect(server.sent("join")).toHaveLength(2);
    server.last.push({ ...error, code: "rejected", message: "no", reason: "rude" });
    expect(errors).toEqual([{ code: "rejected", message: "no", retryable: true, reason: "rude" }]);
    expect(server.sent("join")).toHaveLength(2);
  });

  it("rejects a join that is kicked, and says so once", async () => {
    const { client, server } = setUp();
    server.intercept = ({ type }) => type === "join";
    const room = client.join("lobby");
    const left: unknown[] = [];
    room.on("left", (event) => left.push(event));
    await settle();
    const kicked = { type: "error", code: "kicked", message: "out", room: "lobby" };
    server.last.push({ ...kicked, retryable: false }, { ...kicked, retryable: false });
    await expect(room.joined).rejects.toMatchObject({ code: "kicked", message: "out" });
    await room.leave();
    expect(left).toEqual([{ code: "kicked" }]);
  });
});

describe("a pong", () => {
  it("joins again with the old position where the log is another one", async () => {
    const { server } = await setUpRoom();
    server.last.push(pong({ ...lobby, epoch: "e2" }));
    await settle();
    expect(server.sent("join").at(-1)).toMatchObject({ room: "lobby", epoch: "e1", seq: 0 });
    expect(server.sent("join")).toHaveLength(2);
    expect(server.sent("history")).toEqual([]);
  });

  it("tells at once of a room that the server does not hold", async () => {
    const { server, room } = await setUpRoom();
    server.last.push(pong({ room: "lobby", joined: false }));
    expect(room.state).toBe("joining");
    await settle();
    expect(room.state).toBe("joined");
  });

  it("about a room that is not joined yet is no reason to join it twice", async () => {
    const { client, server } = await setUpRoom();
    server.intercept = ({ type }) => type === "join";
    client.join("attic");
    await settle();
    server.last.push(pong({ ...lobby, room: "attic" }));
    await settle();
    expect(server.sent("join").map(({ room }) => room)).toEqual(["lobby", "attic"]);
  });

  it("asks for the presence if there is a version, and it is another one", async () => {
    const { server, room, clock } = await setUpRoom();
    for (const version of [undefined, "v1", "v1"]) server.last.push(pong({ ...lobby, version }));
    await settle();
    server.last.push(pong({ ...lobby, version: "v1" }));
    await clock.advance(1000);
    expect(server.sent("who")).toHaveLength(2);
    expect(room.presence).toMatchObject({ version: "v1" });
    expect(server.sent("join")).toHaveLength(1);
    expect(server.sent("history")).toEqual([]);
  });

  it("leaves nothing unhandled when the presence is refused", async () => {
    const { server, room } = await setUpRoom();
    server.intercept = ({ type, id }, socket) => {
      if (type === "who") socket.push({ type: "error", code: "forbidden", id, retryable: false });
      return type === "who";
    };
    server.last.push(pong({ ...lobby, version: "v2" }));
    await settle();
    expect(server.sent("who")).toHaveLength(1);
    expect(room.presence).toBeUndefined();
    await expect(room.who()).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("not_joined", () => {
  it("about another user's inbox joins nothing", async () => {
    const { client, server } = setUp({}, createFakeServer());
    server.intercept = ({ type, mid }, socket) => {
      const error = { type: "error", code: "not_joined", mid, room: "@bob", retryable: false };
      if (type === "publish") socket.push(error);
      return type === "publish";
    };
    const refused = client.to("bob").publish("say", {});
    await expect(refused).rejects.toMatchObject({ code: "not_joined" });
    expect(server.sent("join")).toEqual([]);
  });
});
