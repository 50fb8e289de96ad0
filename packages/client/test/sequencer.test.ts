import { describe, expect, it } from "vitest";
import { settle, setUpRoom, texts } from "./setup.ts";

const message = (seq: number, fields = {}) => ({
  ...{ type: "message", room: "lobby", epoch: "e1", seq, mid: `m${seq}`, from: { id: "bob" } },
  ...{ event: "say", data: { text: `${seq}` }, ts: 1, ...fields },
});

describe("the order of messages", () => {
  it("delivers what comes twice or out of order once and in order", async () => {
    const { server, messages } = await setUpRoom();
    for (const seq of [3, 1, 1, 2, 3, 2, 5, 4, 1]) server.last.push(message(seq));
    expect(texts(messages)).toEqual(["1", "2", "3", "4", "5"]);
  });

  it("goes on behind an entry that the server can no longer read, and shows nothing for it", async () => {
    const { server, messages, room } = await setUpRoom();
    server.last.push(message(1));
    server.last.push(message(2, { mid: "", from: undefined, event: "", data: null }));
    server.last.push(message(3));
    expect(texts(messages)).toEqual(["1", "3"]);
    expect(room.position).toEqual({ epoch: "e1", seq: 3 });
  });

  it("does not ask for a gap that closes within 200 ms", async () => {
    const { server, clock, messages } = await setUpRoom();
    const { timers } = clock;
    server.last.push(message(2));
    await clock.advance(199);
    expect(clock.timers).toBe(timers + 1);
    server.last.push(message(1));
    expect(clock.timers).toBe(timers);
    await clock.advance(1000);
    expect(texts(messages)).toEqual(["1", "2"]);
    expect(server.sent("history")).toEqual([]);
  });

  it("gives each of several gaps that follow each other 200 ms", async () => {
    const { server, clock, messages } = await setUpRoom();
    for (const seq of [2, 4]) server.last.push(message(seq));
    await clock.advance(150);
    server.last.push(message(1));
    await clock.advance(199);
    expect(server.sent("history")).toEqual([]);
    await clock.advance(1);
    expect(server.sent("history").map(({ after }) => after)).toEqual([2]);
    expect(texts(messages)).toEqual(["1", "2"]);
  });

  it("reads a gap from the log, page by page", async () => {
    const { server, clock, messages } = await setUpRoom();
    server.log("lobby").deaf = true;
    for (let seq = 1; seq <= 12; seq++) server.say("lobby", `${seq}`);
    server.log("lobby").deaf = false;
    server.say("lobby", "13");
    expect(messages).toEqual([]);
    await clock.advance(200);
    expect(messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    expect(server.sent("history").map(({ after }) => after)).toEqual([0, 5, 10]);
  });

  it("keeps 256 messages aside, and reads those beyond from the log", async () => {
    const { server, clock, messages } = await setUpRoom();
    const entries = Array.from({ length: 300 }, (_, index) => message(index + 1));
    server.log("lobby").entries.push(...entries);
    for (const entry of entries.slice(1)) server.last.push(entry);
    server.intercept = ({ type }) => type === "history";
    server.last.push(message(1));
    expect(messages).toHaveLength(257);
    server.intercept = () => false;
    await clock.advance(200);
    expect(messages).toHaveLength(300);
  });

  it("finds a lost last message through the pong", async () => {
    const { server, clock, messages } = await setUpRoom();
    server.log("lobby").deaf = true;
    server.say("lobby", "last");
    await clock.advance(25_000 + 200);
    expect(texts(messages)).toEqual(["last"]);
  });

  it("finds it through the pong of a server without presence as well", async () => {
    const { server, clock, messages } = await setUpRoom();
    Object.assign(server.log("lobby"), { deaf: true, version: undefined });
    server.say("lobby", "last");
    await clock.advance(25_000 + 200);
    expect(texts(messages)).toEqual(["last"]);
    expect(server.sent("who")).toEqual([]);
  });

  it("says what is lost when the log no longer has it", async () => {
    const { server, clock, room, messages } = await setUpRoom();
    const resets: unknown[] = [];
    room.on("reset", (reset) => resets.push(reset));
    const log = server.log("lobby");
    log.deaf = true;
    for (let seq = 1; seq <= 6; seq++) server.say("lobby", `${seq}`);
    log.entries.splice(0, 4);
    log.oldest = 5;
    await clock.advance(30_000);
    expect(resets).toEqual([{ epochChanged: false, from: 1, to: 4, oldest: 5, head: 6 }]);
    expect(texts(messages)).toEqual(["5", "6"]);
    expect(server.sent("join")).toHaveLength(1);
  });

  it("joins again with the old position when a message of another log comes", async () => {
    const { server, room, messages } = await setUpRoom();
    const events: unknown[] = [];
    room.on("reset", ({ epochChanged }) => events.push({ epochChanged }));
    room.on("recovered", ({ recovered }) => events.push({ recovered }));
    server.say("lobby", "old");
    Object.assign(server.log("lobby"), { epoch: "e2", entries: [] });
    server.say("lobby", "meanwhile");
    await settle();
    expect(server.sent("join").at(-1)).toMatchObject({ epoch: "e1", seq: 1 });
    expect(events).toEqual([{ epochChanged: true }, { recovered: false }]);
    expect(room.position).toEqual({ epoch: "e2", seq: 1 });
    server.say("lobby", "new");
    expect(texts(messages)).toEqual(["old", "meanwhile", "new"]);
  });

  it("does not deliver again what was delivered under another epoch", async () => {
    const { server, messages } = await setUpRoom();
    server.say("lobby", "one");
    Object.assign(server.log("lobby"), { epoch: "e2", entries: [] });
    server.say("lobby", "noticed");
    await settle();
    server.say("lobby", "one");
    server.say("lobby", "two");
    expect(texts(messages)).toEqual(["one", "noticed", "two"]);
    expect(messages.at(-1)).toMatchObject({ epoch: "e2", seq: 3 });
  });

  it("delivers it again from another sender, or when 256 others have come since", async () => {
    for (const [others, again] of [
      [254, false],
      [255, true],
    ] as const) {
      const { server, room, messages } = await setUpRoom();
      server.say("lobby", "one");
      for (let at = 1; at <= others; at++) server.say("lobby", `other ${at}`);
      Object.assign(server.log("lobby"), { epoch: "e2", oldest: 1, entries: [] });
      server.last.push({ type: "error", code: "not_joined", room: "lobby", retryable: true });
      await settle();
      expect(room.position).toEqual({ epoch: "e2", seq: 0 });
      server.say("lobby", "one", { from: { id: "eve" }, mid: "b-other 1" });
      server.say("lobby", "one");
      expect(texts(messages).slice(others + 1)).toEqual(again ? ["one", "one"] : ["one"]);
    }
  });

  it("does not look in a new log for what was in the old one", async () => {
    const { server, clock, room } = await setUpRoom();
    server.last.push(message(9));
    Object.assign(server.log("lobby"), { epoch: "e2", entries: [] });
    server.last.push({ type: "error", code: "not_joined", room: "lobby", retryable: true });
    await clock.advance(5000);
    expect(room.position).toEqual({ epoch: "e2", seq: 0 });
    expect(server.sent("history")).toEqual([]);
  });

  it("asks for one gap once, 200 ms after it has learned of it", async () => {
    const { server, clock } = await setUpRoom();
    server.intercept = ({ type }) => type === "history";
    server.last.push(message(3));
    await clock.advance(150);
    server.last.push(message(4));
    await clock.advance(49);
    expect(server.sent("history")).toEqual([]);
    await clock.advance(1);
    expect(server.sent("history")).toHaveLength(1);
    server.last.push(message(1), message(2));
    await clock.advance(1000);
    expect(server.sent("history")).toHaveLength(1);
  });

  it("asks again for another gap", async () => {
    const { server, clock, messages } = await setUpRoom();
    for (const text of ["1", "2", "3", "4", "5", "6"]) {
      server.log("lobby").deaf = text !== "3" && text !== "6";
      server.say("lobby", text);
      await clock.advance(1000);
    }
    expect(texts(messages)).toEqual(["1", "2", "3", "4", "5", "6"]);
    expect(server.sent("history").map(({ after }) => after)).toEqual([0, 3]);
  });
});
