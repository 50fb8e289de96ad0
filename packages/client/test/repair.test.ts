import { describe, expect, it } from "vitest";
import { settle, setUpRoom, texts } from "./setup.ts";

const message = (seq: number, fields = {}) => ({
  ...{ type: "message", room: "lobby", epoch: "e1", seq, mid: `m${seq}`, from: { id: "bob" } },
  ...{ event: "say", data: { text: `${seq}` }, ts: 1, ...fields },
});

/** A room that has seen a message beyond a gap, of which the server's log knows nothing yet. */
async function setUpGap() {
  const setup = await setUpRoom();
  const { server, room } = setup;
  const events: unknown[] = [];
  const errors: string[] = [];
  room.on("reset", (reset) => events.push(reset));
  setup.client.on("error", ({ code }) => errors.push(code));
  server.last.push(message(3));
  return { ...setup, events, errors };
}

describe("reading a gap from the log", () => {
  it("asks once at a time", async () => {
    const { server, clock } = await setUpGap();
    server.intercept = ({ type }) => type === "history";
    await clock.advance(200);
    server.last.push(message(5));
    await clock.advance(5000);
    server.last.push(message(7));
    await clock.advance(4000);
    expect(server.sent("history")).toMatchObject([{ epoch: "e1", after: 0, limit: 256 }]);
  });

  it("rests when a page brings nothing, and asks again for the next message", async () => {
    const { server, clock, messages, errors } = await setUpGap();
    await clock.advance(1000);
    expect(server.sent("history")).toHaveLength(1);
    expect(errors).toEqual([]);
    server.log("lobby").entries.push(message(1), message(2), message(3));
    server.last.push(message(4));
    await clock.advance(1000);
    expect(texts(messages)).toEqual(["1", "2", "3", "4"]);
  });

  it("tells an error, and rests", async () => {
    const { server, clock, errors } = await setUpGap();
    server.intercept = ({ type, id }, socket) => {
      if (type === "history") socket.push({ type: "error", code: "internal", id });
      return type === "history";
    };
    await clock.advance(5000);
    expect(errors).toEqual(["internal"]);
    expect(server.sent("history")).toHaveLength(1);
    server.last.push(message(4));
    await clock.advance(200);
    expect(server.sent("history")).toHaveLength(2);
  });

  it("begins at any position", async () => {
    const { server, clock, messages } = await setUpRoom();
    server.say("lobby", "1");
    server.log("lobby").deaf = true;
    server.say("lobby", "2");
    server.last.push(message(3));
    server.log("lobby").entries.push(message(3));
    await clock.advance(200);
    expect(texts(messages)).toEqual(["1", "2", "3"]);
  });

  it("goes on once, on the next connection, when the connection is lost", async () => {
    const { server, clock, messages } = await setUpGap();
    server.intercept = ({ type }) => type === "history";
    for (let seq = 1; seq <= 9; seq++) server.log("lobby").entries.push(message(seq));
    await clock.advance(200);
    server.last.drop();
    await clock.advance(500);
    expect(server.last.messages.flat().filter(({ type }) => type === "history")).toHaveLength(1);
    server.intercept = () => false;
    await clock.advance(20_000);
    expect(messages).toHaveLength(9);
  });

  it("is not begun in a room that is left", async () => {
    const { server, clock, room } = await setUpGap();
    await room.leave();
    await clock.advance(5000);
    expect(server.sent("history")).toEqual([]);
  });

  it("ends without a word when the room is left", async () => {
    const { server, clock, room, errors } = await setUpGap();
    server.intercept = ({ type }) => type === "history";
    await clock.advance(200);
    await room.leave();
    await clock.advance(5000);
    expect(errors).toEqual([]);
    expect(server.sent("history")).toHaveLength(1);
  });

  it("joins again where the answer tells of another log", async () => {
    const { server, clock, events, messages } = await setUpGap();
    Object.assign(server.log("lobby"), { epoch: "e2", entries: [message(1, { epoch: "e2" })] });
    await clock.advance(200);
    expect(server.sent("join").at(-1)).toMatchObject({ epoch: "e1", seq: 0 });
    expect(events).toMatchObject([{ epochChanged: true, oldest: 1, head: 1 }]);
    expect(texts(messages)).toEqual(["1"]);
    await clock.advance(5000);
    expect(server.sent("history").length).toBeLessThan(4);
  });

  it("loses nothing by a reset that its position outdates", async () => {
    const { server, clock, events, room } = await setUpGap();
    server.intercept = ({ type, id }, socket) => {
      if (type !== "history") return false;
      for (const seq of [1, 2]) socket.push(message(seq));
      socket.push({ type: "reset", id, room: "lobby", epoch: "e1", oldest: 4, head: 3 });
      return true;
    };
    await clock.advance(1000);
    expect(events).toEqual([]);
    expect(room.position?.seq).toBe(3);
  });
});

describe("messages that come before the join is answered", () => {
  it("are kept, and delivered with it", async () => {
    const { client, server, clock } = await setUpRoom();
    server.intercept = ({ type }) => type === "join";
    const room = client.join("attic");
    const seen: number[] = [];
    room.on("message", ({ seq }) => seen.push(seq));
    await settle();
    for (const seq of [12, 11, 13]) server.last.push(message(seq, { room: "attic" }));
    const id = server.sent("join").at(-1)?.id;
    const state = { room: "attic", epoch: "e1", oldest: 1, head: 10, messages: [], more: false };
    server.last.push({ type: "joined", id, ...state });
    await clock.advance(1000);
    expect(seen).toEqual([11, 12, 13]);
    expect(server.sent("history")).toEqual([]);
  });

  it("may close a gap by themselves within 200 ms", async () => {
    const { client, server, clock } = await setUpRoom();
    server.intercept = ({ type }) => type === "join";
    client.join("attic");
    await settle();
    server.last.push(message(12, { room: "attic" }));
    const id = server.sent("join").at(-1)?.id;
    const state = { room: "attic", epoch: "e1", oldest: 1, head: 10, messages: [], more: false };
    server.last.push({ type: "joined", id, ...state });
    await clock.advance(199);
    expect(server.sent("history")).toEqual([]);
    await clock.advance(1);
    expect(server.sent("history")).toMatchObject([{ after: 10 }]);
  });

  it("count for nothing if they are of another log", async () => {
    const { client, server } = await setUpRoom();
    server.intercept = ({ type }) => type === "join";
    const room = client.join("attic");
    const seen: string[] = [];
    room.on("message", ({ epoch }) => seen.push(epoch));
    await settle();
    server.last.push(message(1, { room: "attic", epoch: "e0" }));
    const id = server.sent("join").at(-1)?.id;
    const state = { room: "attic", epoch: "e1", oldest: 1, head: 0, messages: [], more: false };
    server.last.push({ type: "joined", id, ...state });
    await settle();
    expect(seen).toEqual([]);
    server.last.push(message(1, { room: "attic" }));
    expect(seen).toEqual(["e1"]);
  });
});
