import { describe, expect, it } from "vitest";
import type { HubbubClientError } from "../src/errors.ts";
import { record, settle, setUp, setUpRoom, texts } from "./setup.ts";

const code = (promise: Promise<unknown>) => promise.catch((error: HubbubClientError) => error.code);

describe("a room", () => {
  it("is the same object for the same name, in normalization form C", async () => {
    const { client, server } = setUp();
    const room = client.join("caf\u00e9");
    expect(client.join("cafe\u0301")).toBe(room);
    await room.joined;
    expect(room.name).toBe("caf\u00e9");
    expect(server.sent("join")).toHaveLength(1);
    await room.leave();
    expect(client.join("caf\u00e9")).not.toBe(room);
  });

  it("marks the last messages of a first join as backlog", async () => {
    const { client, server } = setUp();
    for (const text of ["a", "b", "c"]) server.say("lobby", text);
    const room = client.join("lobby", { last: 2 });
    const messages = record(room);
    await room.joined;
    server.say("lobby", "d");
    expect(messages.map(({ backlog }) => backlog)).toEqual([true, true, false]);
    expect(texts(messages)).toEqual(["b", "c", "d"]);
  });

  it("rejects its join, and is left, when that is forbidden", async () => {
    const { client, server } = setUp();
    const left: unknown[] = [];
    server.intercept = ({ type, id, room }, socket) => {
      const error = { type: "error", id, room, code: "forbidden", message: "no", retryable: false };
      if (type === "join") socket.push(error);
      return type === "join";
    };
    const room = client.join("staff");
    room.on("left", (event) => left.push(event));
    await expect(room.joined).rejects.toMatchObject({ code: "forbidden", message: "no" });
    expect(left).toEqual([{ code: "forbidden" }]);
    expect(room.state).toBe("left");
    expect(await code(room.publish("say", {}))).toBe("closed");
    expect(await code(room.who())).toBe("closed");
  });

  it("keeps trying to join while the server is unavailable", async () => {
    const { client, server, clock } = setUp();
    server.intercept = ({ type, id }, socket) => {
      const error = { type: "error", id, code: "unavailable", message: "", retryable: true };
      if (type === "join") socket.push(error);
      return type === "join";
    };
    const room = client.join("lobby");
    await clock.advance(5000);
    expect(server.sent("join").length).toBeGreaterThan(2);
    server.intercept = () => false;
    await clock.advance(60_000);
    await room.joined;
  });

  it("says hello again when its join is not recognised", async () => {
    const { client, server } = setUp();
    let times = 0;
    server.intercept = ({ type, id }, socket) => {
      if (type !== "join" || times++) return false;
      const error = { type: "error", id, code: "hello_required", message: "", retryable: false };
      queueMicrotask(() => socket.push(error));
      return true;
    };
    await client.join("lobby").joined;
    expect(server.sent("hello")).toHaveLength(2);
  });

  it("stays out when it is kicked", async () => {
    const { server, clock, room } = await setUpRoom();
    const left: unknown[] = [];
    room.on("left", (event) => left.push(event));
    server.last.push({
      type: "error",
      code: "kicked",
      message: "",
      retryable: false,
      room: "lobby",
    });
    expect(left).toEqual([{ code: "kicked" }]);
    server.last.drop();
    await clock.advance(1000);
    expect(server.sent("join")).toHaveLength(1);
  });

  it("leaves although the leave overtakes the join", async () => {
    const { client, server } = setUp();
    let held = () => {};
    server.intercept = ({ type, id }, socket) => {
      const joined = {
        type: "joined",
        id,
        room: "lobby",
        epoch: "e1",
        oldest: 1,
        head: 0,
        messages: [],
        more: false,
      };
      held = () => socket.push(joined);
      return type === "join";
    };
    const room = client.join("lobby");
    await settle();
    await room.leave();
    held();
    await settle();
    expect(server.sent("leave")).toHaveLength(1);
  });

  it("can be joined again by another handle before its join is answered", async () => {
    const { client, server } = setUp();
    let answer = () => {};
    server.intercept = ({ type, id }, socket) => {
      const base = { type: "joined", room: "lobby", epoch: "e1", oldest: 1, head: 0 };
      answer = () => socket.push({ ...base, id, messages: [], more: false });
      return type === "join";
    };
    const left = client.join("lobby");
    await settle();
    await left.leave();
    const answerFirst = answer;
    server.intercept = () => false;
    const room = client.join("lobby");
    answerFirst();
    await room.joined;
    await settle();
    expect(room.state).toBe("joined");
    expect(server.sent("leave")).toEqual([]);
    expect(server.sent("join")).toHaveLength(2);
  });

  it("reads history without moving its position", async () => {
    const { server, room, messages } = await setUpRoom();
    for (let seq = 1; seq <= 7; seq++) server.say("lobby", `${seq}`);
    const page = await room.history({ before: 4, limit: 2 });
    expect(page).toMatchObject({ oldest: 1, head: 7, more: true });
    expect(texts(page.messages)).toEqual(["2", "3"]);
    expect(page.messages[0]).toMatchObject({ epoch: "e1", backlog: false, own: false });
    expect(messages).toHaveLength(7);
    server.log("lobby").oldest = 9;
    expect(await room.history({ after: 1 })).toMatchObject({
      messages: [],
      oldest: 9,
      more: false,
    });
  });

  it("asks again who is online when the connection breaks before the answer", async () => {
    const { server, clock, room } = await setUpRoom();
    server.intercept = ({ type }) => type === "who";
    const who = room.who();
    await settle();
    server.last.drop();
    server.intercept = () => false;
    await clock.advance(500);
    expect(await who).toMatchObject({ online: 1, version: "v1" });
    expect(room.presence).toEqual(await who);
  });

  it("tells signals and presence", async () => {
    const { server, room } = await setUpRoom();
    const heard: unknown[] = [];
    room.on("signal", (signal) => heard.push(signal));
    room.on("presence", (presence) => heard.push(presence));
    const signal = { room: "lobby", from: { id: "bob" }, event: "typing", data: { on: true } };
    server.last.push({ type: "signal", ...signal });
    server.last.push({ type: "presence", room: "lobby", online: 201, version: "v2" });
    expect(heard).toEqual([signal, { online: 201, version: "v2" }]);
  });

  it("drops signals while it is not joined", async () => {
    const { server, room } = await setUpRoom();
    expect(room.signal("typing", {})).toBe(true);
    server.last.drop();
    expect(room.signal("typing", {})).toBe(false);
    expect(() => room.signal("typing", 1n)).toThrow("data");
  });
});
