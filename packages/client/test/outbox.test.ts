import { describe, expect, it } from "vitest";
import type { HubbubClientError } from "../src/errors.ts";
import type { Frame } from "./fake-socket.ts";
import { settle, setUp, setUpRoom, texts } from "./setup.ts";

const same = ({ mid, epoch, after }: Frame) => ({ mid, epoch, after });
const code = (promise: Promise<unknown>) => promise.catch((error: HubbubClientError) => error.code);

describe("publish", () => {
  it("retries with the same mid, epoch and after, whatever was said meanwhile", async () => {
    const { server, clock, room } = await setUpRoom();
    server.intercept = ({ type }) => type === "publish";
    const ack = room.publish("say", { text: "hi" }, { mid: "m" });
    await settle();
    server.say("lobby", "other");
    await clock.advance(10_000);
    server.last.drop();
    server.intercept = () => false;
    await clock.advance(500);
    await ack;
    const sent = server.sent("publish").map(same);
    expect(sent.length).toBeGreaterThan(2);
    expect(new Set(sent.map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify({ mid: "m", epoch: "e1", after: 0 })]),
    );
  });

  it("takes the replayed copy for the lost ack, once", async () => {
    const { server, clock, room, messages } = await setUpRoom();
    server.intercept = (frame) => {
      if (frame.type !== "publish") return false;
      const { mid, event, data } = frame;
      server.log("lobby").deaf = true;
      server.say("lobby", "hi", { mid, event, data, from: { id: "ann" } });
      return true;
    };
    const ack = room.publish("say", { text: "hi" });
    await settle();
    server.last.drop();
    await clock.advance(500);
    expect(await ack).toMatchObject({ seq: 1, dup: true });
    expect(texts(messages)).toEqual(["hi"]);
    expect(server.sent("publish")).toHaveLength(1);
    expect(server.last.messages.flat().map(({ type }) => type)).toEqual(["hello", "join"]);
  });

  it("takes a copy pushed to another connection of the user for the ack", async () => {
    const { server, room, messages } = await setUpRoom();
    server.intercept = ({ type }) => type === "publish";
    const ack = room.publish("say", { text: "hi" }, { mid: "m" });
    await settle();
    server.say("lobby", "hi", { mid: "m", from: { id: "ann" } });
    expect(await ack).toMatchObject({ mid: "m", dup: true });
    expect(messages).toHaveLength(1);
  });

  it("sends one at a time per room, in order", async () => {
    const { server, room } = await setUpRoom();
    server.intercept = ({ type }) => type === "publish";
    const acks = ["a", "b"].map((mid) => room.publish("say", {}, { mid }));
    await settle();
    expect(server.sent("publish").map(({ mid }) => mid)).toEqual(["a"]);
    server.intercept = () => false;
    server.last.push({
      type: "ack",
      room: "lobby",
      mid: "a",
      epoch: "e1",
      seq: 1,
      ts: 1,
      dup: false,
    });
    server.log("lobby").entries.push({ type: "message", seq: 1, mid: "a" });
    expect((await Promise.all(acks)).map(({ seq }) => seq)).toEqual([1, 2]);
    expect(server.sent("publish").map(same).at(-1)).toEqual({ mid: "b", epoch: "e1", after: 1 });
  });

  it("waits for the join, and tells what is pending", async () => {
    const { client, server } = setUp();
    const room = client.join("lobby");
    const states: unknown[] = [];
    room.on("pending", (list) => states.push(list.map(({ state }) => state)));
    const ack = room.publish("say", { text: "early" });
    await ack;
    await settle();
    expect(states).toEqual([["waiting"], ["sending"], []]);
    expect(server.sent("publish")).toHaveLength(1);
  });

  it("tells of each what it is, and forgets it with its ack or its error", async () => {
    const { server, room } = await setUpRoom();
    const lists: unknown[] = [];
    room.on("pending", (list) => lists.push(list));
    server.intercept = ({ type, mid }, socket) => {
      if (mid === "b") socket.push({ type: "error", code: "forbidden", mid, retryable: false });
      return type === "publish" && mid === "b";
    };
    const acks = ["a", "b"].map((mid) => code(room.publish("say", { mid }, { mid })));
    expect(await Promise.all(acks)).toMatchObject([{ mid: "a" }, "forbidden"]);
    const item = (mid: string, state: string) => ({ mid, event: "say", data: { mid }, state });
    expect(lists).toEqual([
      [item("a", "waiting")],
      [item("a", "waiting"), item("b", "waiting")],
      [item("a", "sending"), item("b", "waiting")],
      [item("b", "waiting")],
      [item("b", "sending")],
      [],
    ]);
  });

  it("repeats what is rate limited, after the time the server says", async () => {
    const { server, clock, room } = await setUpRoom();
    server.intercept = ({ type, mid }, socket) => {
      if (type !== "publish") return false;
      socket.push({
        type: "error",
        code: "rate_limited",
        message: "",
        retryable: true,
        retryAfterMs: 700,
        mid,
      });
      return true;
    };
    const ack = room.publish("say", {});
    await settle();
    server.intercept = () => false;
    await clock.advance(699);
    expect(server.sent("publish")).toHaveLength(1);
    await clock.advance(1);
    await ack;
    const [first, second] = server.sent("publish");
    expect(second).toEqual(first);
  });

  it.each(["forbidden", "internal", "mid_conflict", "undecided"])(
    "rejects with %s",
    async (name) => {
      const { server, room } = await setUpRoom();
      server.intercept = ({ type, mid }, socket) => {
        if (type === "publish")
          socket.push({ type: "error", code: name, message: "no", retryable: false, mid });
        return type === "publish";
      };
      expect(await code(room.publish("say", {}))).toBe(name);
      server.intercept = () => false;
      await room.publish("say", {});
    },
  );

  it("joins or says hello again when the server has forgotten it, and repeats", async () => {
    for (const forgotten of ["not_joined", "hello_required"]) {
      const { server, room } = await setUpRoom();
      let times = 0;
      server.intercept = ({ type, mid }, socket) => {
        if (type !== "publish" || times++) return false;
        socket.push({ type: "error", code: forgotten, message: "", retryable: false, mid });
        return true;
      };
      expect(await room.publish("say", {})).toMatchObject({ seq: 1 });
      expect(server.sent("hello")).toHaveLength(forgotten === "hello_required" ? 2 : 1);
      expect(server.sent("join").at(-1)).toMatchObject({ epoch: "e1", seq: 0 });
      expect(new Set(server.sent("publish").map((one) => JSON.stringify(same(one)))).size).toBe(1);
    }
  });

  it("sends again to another log so that all of it is looked through", async () => {
    const { server, clock, room, messages } = await setUpRoom();
    server.say("lobby", "old");
    server.intercept = ({ type }) => type === "publish";
    const ack = room.publish("say", { text: "mine" }, { mid: "m" });
    await settle();
    server.intercept = () => false;
    server.last.drop();
    Object.assign(server.log("lobby"), { epoch: "e2", oldest: 4, entries: [] });
    server.say("lobby", "mine", { mid: "m", from: { id: "ann" } });
    server.say("lobby", "other");
    await clock.advance(500);
    expect(await ack).toMatchObject({ epoch: "e2", seq: 4, dup: true });
    expect(server.sent("publish").map(same)).toEqual([
      { mid: "m", epoch: "e1", after: 1 },
      { mid: "m", epoch: "e1", after: 1 },
      { mid: "m", epoch: "e2", after: 3 },
    ]);
    expect(texts(messages)).toEqual(["old", "mine", "other"]);
  });
});
