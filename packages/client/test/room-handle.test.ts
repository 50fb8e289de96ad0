import { describe, expect, it } from "vitest";
import { record, settle, setUp, setUpRoom } from "./setup.ts";

describe("a room's handle", () => {
  it("tells name, state, position and presence as they are now", async () => {
    const { client, server, clock } = setUp();
    const room = client.join("lobby");
    expect(room).toMatchObject({ name: "lobby", state: "joining" });
    expect(room.position).toBeUndefined();
    expect(room.presence).toBeUndefined();
    await room.joined;
    expect(room).toMatchObject({ state: "joined", position: { epoch: "e1", seq: 0 } });
    server.last.drop();
    expect(room.state).toBe("joining");
    await clock.advance(500);
    expect(room.state).toBe("joined");
    await room.leave();
    expect(room.state).toBe("left");
  });

  it("stops telling a listener that is taken away", async () => {
    const { server, room } = await setUpRoom();
    const seen: number[] = [];
    const stop = room.on("message", ({ seq }) => seen.push(seq));
    server.say("lobby", "a");
    stop();
    server.say("lobby", "b");
    expect(seen).toEqual([1]);
  });

  it("answers a request without a reply with null", async () => {
    const { server, room } = await setUpRoom();
    server.intercept = ({ type, mid }, socket) => {
      if (type === "publish") socket.push({ type: "ack", mid, room: "lobby" });
      return type === "publish";
    };
    expect(await room.request("rename", { title: "x" })).toBeNull();
    const [{ mid, ...frame } = { type: "" }] = server.sent("publish");
    expect(frame).toEqual({
      ...{ type: "publish", room: "lobby", event: "rename", data: { title: "x" } },
    });
    expect(mid).toMatch(/^[a-z0-9]{25}$/);
  });

  it("copies and checks what is requested", async () => {
    const { room } = await setUpRoom();
    await expect(room.request("rename", 1n)).rejects.toMatchObject({ code: "invalid_argument" });
  });

  it("sends signals with their data", async () => {
    const { server, room } = await setUpRoom();
    room.signal("typing", { on: true });
    room.signal("typing", undefined);
    await settle();
    const signal = { type: "signal", room: "lobby", event: "typing" };
    expect(server.sent("signal")).toEqual([
      { ...signal, data: { on: true } },
      { ...signal, data: null },
    ]);
  });

  it("reads the newest messages of its log", async () => {
    const { server, room } = await setUpRoom();
    for (let seq = 1; seq <= 7; seq++) server.say("lobby", `${seq}`);
    const page = await room.history();
    expect(page.messages.map(({ seq, room: name }) => [seq, name])).toEqual(
      [3, 4, 5, 6, 7].map((seq) => [seq, "lobby"]),
    );
    expect(server.sent("history")).toEqual([
      { type: "history", id: ".2", room: "lobby", epoch: "e1" },
    ]);
    await expect(room.leave().then(() => room.history())).rejects.toMatchObject({ code: "closed" });
  });

  it("passes on an error of its log", async () => {
    const { server, room } = await setUpRoom();
    server.intercept = ({ type, id }, socket) => {
      if (type === "history") socket.push({ type: "error", code: "forbidden", message: "no", id });
      return type === "history";
    };
    await expect(room.history()).rejects.toMatchObject({ code: "forbidden", message: "no" });
  });
});

describe("leave", () => {
  it("resolves when the server knows, and tells left once", async () => {
    const { server, room } = await setUpRoom();
    const left: unknown[] = [];
    room.on("left", (event) => left.push(event));
    server.intercept = ({ type }) => type === "leave";
    let done = false;
    const leaving = room.leave().then(() => {
      done = true;
    });
    expect(left).toEqual([{ code: "left" }]);
    await room.leave();
    expect(done).toBe(false);
    const [leave] = server.sent("leave");
    expect(leave).toMatchObject({ room: "lobby" });
    server.last.push({ type: "ack", id: leave?.id, room: "lobby" });
    await leaving;
    expect(left).toHaveLength(1);
    expect(server.sent("leave")).toHaveLength(1);
  });

  it("rejects joined with closed, and delivers nothing more", async () => {
    const { client, server } = setUp();
    const early = client.join("attic");
    await early.leave();
    await expect(early.joined).rejects.toMatchObject({ code: "closed" });
    const room = client.join("lobby");
    const messages = record(room);
    await room.joined;
    server.intercept = ({ type }) => type === "leave";
    void room.leave();
    server.say("lobby", "late");
    expect(messages).toEqual([]);
    expect(client.join("lobby")).not.toBe(room);
  });

  it("leaves on both connections during a rotation", async () => {
    const { client, server, clock, room } = await setUpRoom();
    const attic = client.join("attic");
    await attic.joined;
    const [old] = server.sockets;
    server.intercept = ({ type, room: name }, socket) =>
      type === "join" && name === "attic" && socket !== old;
    old?.push({ type: "bye", code: 1012, reason: "", reconnect: true });
    await clock.advance(100);
    expect(server.sockets).toHaveLength(2);
    await room.leave();
    expect(server.sockets.map(({ messages }) => messages.flat().at(-1))).toMatchObject([
      { type: "leave", room: "lobby" },
      { type: "leave", room: "lobby" },
    ]);
    expect(old?.closedWith).toBeUndefined();
    await attic.leave();
    expect(attic.state).toBe("left");
  });
});
