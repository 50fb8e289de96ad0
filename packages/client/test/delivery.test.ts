import { describe, expect, it } from "vitest";
import type { HubbubClientError } from "../src/errors.ts";
import type { Frame } from "./fake-socket.ts";
import { settle, setUp, setUpRoom } from "./setup.ts";

const code = (promise: Promise<unknown>) => promise.catch((error: HubbubClientError) => error.code);
const places = (frames: Frame[]) => frames.map(({ epoch, after }) => ({ epoch, after }));

/** A server that calls publishes of `after` below `limit` too far behind. */
const tooFar =
  (limit: number) =>
  ({ type, mid, after }: Frame, socket: { push(...frames: unknown[]): void }) => {
    if (type !== "publish" || after === undefined || Number(after) >= limit) return false;
    socket.push({ type: "error", code: "sync_required", message: "", retryable: false, mid });
    return true;
  };

describe("a publish that is too far behind", () => {
  it("moves its after past what it has read, and is sent again", async () => {
    const { server, room } = await setUpRoom();
    server.log("lobby").deaf = true;
    for (let seq = 1; seq <= 12; seq++) server.say("lobby", `${seq}`);
    server.intercept = tooFar(12);
    expect(await room.publish("say", {})).toMatchObject({ seq: 13, dup: false });
    const frames = server.last.messages.flat().map(({ type, after }) => [type, after]);
    expect(frames.slice(2, 7)).toEqual([
      ["publish", 0],
      ["history", 0],
      ["history", 5],
      ["history", 10],
      ["publish", 12],
    ]);
    expect(places(server.sent("publish"))).toEqual([
      { epoch: "e1", after: 0 },
      { epoch: "e1", after: 12 },
    ]);
  });

  it("takes an earlier try that it finds for the ack", async () => {
    const { server, room } = await setUpRoom();
    server.log("lobby").deaf = true;
    for (let seq = 1; seq <= 6; seq++) server.say("lobby", `${seq}`);
    server.say("lobby", "foreign", { mid: "m" });
    server.say("lobby", "another", { mid: "n", from: { id: "ann" } });
    server.say("lobby", "mine", { mid: "m", from: { id: "ann" } });
    server.intercept = tooFar(100);
    expect(await room.publish("say", {}, { mid: "m" })).toMatchObject({ seq: 9, dup: true });
    expect(server.sent("publish")).toHaveLength(1);
  });

  it.each([
    ["that brings nothing", [], 0],
    ["with a gap up to the gap", [1, 3, 4], 1],
  ])("moves its after past a page %s", async (_which, seqs, after) => {
    const { server, room } = await setUpRoom();
    server.log("lobby").deaf = true;
    for (let seq = 1; seq <= 4; seq++) server.say("lobby", `${seq}`);
    let pages = 0;
    server.intercept = (frame, socket) => {
      if (frame.type !== "history") return !pages && tooFar(9)(frame, socket);
      const messages = server.log("lobby").entries.filter(({ seq }) => seqs.includes(Number(seq)));
      const state = { room: "lobby", epoch: "e1", oldest: 1, head: 4, more: seqs.length === 0 };
      if (!pages++) socket.push({ type: "history", id: frame.id, ...state, messages });
      return pages === 1;
    };
    await room.publish("say", {});
    const [first, second] = server.sent("publish");
    expect([first?.after, second?.after]).toEqual([0, after]);
    expect(server.sent("history")[1]?.after).not.toBe(4);
  });

  it("is undecided if the log is trimmed while it reads", async () => {
    const { server, room } = await setUpRoom();
    server.log("lobby").deaf = true;
    server.intercept = (frame, socket) => {
      if (frame.type !== "history") return tooFar(100)(frame, socket);
      socket.push({ type: "reset", id: frame.id, room: "lobby", epoch: "e1", oldest: 9, head: 9 });
      return true;
    };
    expect(await code(room.publish("say", {}))).toBe("undecided");
  });
});

describe("another user's inbox", () => {
  it("is published to without a position at first, and with the last ack's then", async () => {
    const { client, server } = setUp();
    const inbox = client.to("bob");
    server.say("@bob", "earlier");
    expect(await inbox.publish("say", {})).toMatchObject({ seq: 2 });
    expect(await client.to("bob").publish("say", {})).toMatchObject({ seq: 3 });
    expect(places(server.sent("publish"))).toEqual([
      {},
      { epoch: "e1", after: 1 },
      { epoch: "e1", after: 2 },
    ]);
    expect(inbox.signal("typing", { on: true })).toBe(true);
    await settle();
    expect(server.sent("signal")[0]).toMatchObject({ room: "@bob", event: "typing" });
    expect(server.sent("join")).toEqual([]);
  });

  it("takes the doubled answer to its try without a position for what it is", async () => {
    const { client, server } = setUp();
    const reset = { type: "reset", mid: "m", room: "@bob", epoch: "e1", oldest: 1, head: 0 };
    let resets = 2; // The second one comes when the try with a position is under way.
    server.intercept = ({ type, after }, socket) => {
      if (type === "publish" && resets-- > 0) socket.push(reset);
      return type === "publish" && after === undefined;
    };
    expect(await client.to("bob").publish("say", {}, { mid: "m" })).toMatchObject({ seq: 1 });
    expect(server.log("@bob").entries).toHaveLength(1);
  });

  it("is undecided when the server can't look through what lies after its position", async () => {
    const { client, server } = setUp();
    await client.to("bob").publish("say", {});
    server.intercept = tooFar(100);
    expect(await code(client.to("bob").publish("say", {}))).toBe("undecided");
    expect(server.sent("publish")).toHaveLength(3);
  });

  it("is undecided when it is too far behind after a try without an answer", async () => {
    const { client, server, clock } = setUp();
    await client.to("bob").publish("say", {});
    server.intercept = ({ type }) => type === "publish";
    const result = code(client.to("bob").publish("say", {}));
    await settle();
    server.intercept = tooFar(100);
    await clock.advance(10_000);
    expect(await result).toBe("undecided");
  });
});
