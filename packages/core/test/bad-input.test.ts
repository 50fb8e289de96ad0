import { describe, expect, it } from "vitest";
import { createChat, say } from "./chats.ts";
import { createRig } from "./rig.ts";

const nest = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));
const wide = (keys: number) =>
  Object.fromEntries(Array.from({ length: keys }, (_, index) => [`k${index}`, index]));

async function start() {
  const rig = createRig(createChat());
  const { frames } = await rig.enter("ada", "lobby");
  await rig.enter("bob", "lobby");
  return { ...rig, epoch: String(frames[1]?.epoch) };
}

const lines = (code: string, messages: (string | Uint8Array)[]) =>
  messages.map((message) => ({
    code,
    message,
    start: String(message).slice(0, 80),
    length: message.length,
  }));

describe("a message that is wrong", () => {
  it.each([
    ...lines("bad_frame", [
      "",
      "hi",
      "{",
      "null",
      "42",
      '"text"',
      "[]",
      "[[]]",
      "{}",
      '{"type":1}',
      '{"type":"join"}',
      '{"type":"join","room":1}',
      '{"type":"join","room":"a","last":101}',
      '{"type":"join","room":"a","last":-1}',
      '{"type":"join","room":"a","last":1.5}',
      '{"type":"join","room":"a","seq":1}',
      '{"type":"join","room":"a","epoch":"e"}',
      '{"type":"join","room":"a","epoch":"e","seq":1e400}',
      '{"type":"join","room":"a","epoch":"e","seq":9007199254740993}',
      '{"type":"join","room":"a","id":""}',
      `{"type":"join","room":"a","id":"${"x".repeat(65)}"}`,
      '{"type":"publish","room":"lobby","event":"say","data":{"text":"a"}}',
      '{"type":"publish","room":"lobby","event":"say","mid":"a b"}',
      '{"type":"publish","room":"lobby","event":"say","mid":"m","after":0}',
      '{"type":"publish","room":"lobby","event":"say","mid":"m","epoch":"e"}',
      '{"type":"publish","room":"lobby","event":"","mid":"m"}',
      '{"type":"history","room":"lobby","limit":257}',
      '{"type":"hello","session":"short"}',
      '{"type":"ping","rooms":{}}',
      '{"type":"ping","rooms":[{"room":"lobby"}]}',
      `{"type":"ping","rooms":[${'{"room":"x","epoch":"e","seq":0},'.repeat(50)}{"room":"x","epoch":"e","seq":0}]}`,
      `[${'{"type":"ping"},'.repeat(32)}{"type":"ping"}]`,
      `${"[".repeat(10_000)}${"]".repeat(10_000)}`,
      `{"type":"publish","data":${"[".repeat(9_000)}${"]".repeat(9_000)}}`,
      '{"type":"ping","__proto__":{"admin":true}}',
      '{"type":"ping","\\u005f\\u005fproto\\u005f\\u005f":{"admin":true}}',
      '{"type":"publish","room":"lobby","event":"say","mid":"m","data":{"a":[{"__proto__":1}]}}',
      new Uint8Array([123, 125]),
      new Uint8Array(100_000),
    ]),
    ...lines("too_large", ["x".repeat(2_000_000), `{"type":"ping","x":"${"漢".repeat(11_000)}"}`]),
    ...lines("unknown_frame", [
      '{"type":"dance"}',
      '{"type":"welcome"}',
      '{"type":"constructor"}',
      '{"type":"toString","id":"x"}',
      `{"type":"${"x".repeat(20_000)}"}`,
    ]),
    ...lines("bad_room", [
      '{"type":"join","room":""}',
      '{"type":"join","room":"a\\u0000"}',
      '{"type":"join","room":"\\ud800"}',
      '{"type":"join","room":"e\\u0301"}',
      `{"type":"join","room":"${"x".repeat(129)}"}`,
      `{"type":"leave","room":"${"x".repeat(20_000)}"}`,
      '{"type":"history","room":"\\udfff"}',
      '{"type":"who","room":""}',
      '{"type":"signal","room":"","event":"typing"}',
    ]),
    ...lines("not_joined", [
      '{"type":"publish","room":"attic","event":"say","data":{"text":"a"},"mid":"m"}',
      '{"type":"history","room":"attic"}',
      '{"type":"who","room":"__proto__"}',
      '{"type":"signal","room":"attic","event":"typing","data":{"on":true}}',
    ]),
    ...lines("unknown_event", [
      '{"type":"publish","room":"lobby","event":"dance","mid":"m"}',
      '{"type":"publish","room":"lobby","event":"constructor","mid":"m"}',
      '{"type":"publish","room":"lobby","event":"typing","data":{"on":true},"mid":"m"}',
      '{"type":"signal","room":"lobby","event":"say","data":{"text":"a"}}',
      '{"type":"signal","room":"lobby","event":"rename","data":{"title":"a"}}',
      '{"type":"signal","room":"lobby","event":"\\ud800"}',
    ]),
    ...lines("bad_data", [
      '{"type":"publish","room":"lobby","event":"say","mid":"m"}',
      '{"type":"publish","room":"lobby","event":"say","data":{"text":1},"mid":"m"}',
      '{"type":"publish","room":"lobby","event":"say","data":[],"mid":"m"}',
      '{"type":"signal","room":"lobby","event":"typing","data":"on"}',
    ]),
    ...lines("already_welcomed", ['{"type":"hello"}', '{"type":"hello","token":"bob"}']),
  ])("$start ($length) is answered with $code, and hurts nobody", async ({ message, code }) => {
    const { sendRaw, send, epoch, gateway } = await start();
    const { frames, texts } = await sendRaw("ada", message);
    expect(frames).toMatchObject([{ type: "error", code, retryable: code === "not_joined" }]);
    expect(texts.join("").length).toBeLessThan(1000);
    const next = await send("ada", say("lobby", "still here", "m9", { epoch, after: 0 }));
    expect(next.frames).toMatchObject([{ type: "ack", seq: 1 }]);
    expect(gateway.pushed("bob", "message")).toHaveLength(1);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it("repeats id, mid and room where the frame had them", async () => {
    const { send } = await start();
    const wrong = { type: "publish", room: "lobby", event: "say", data: 1, mid: "m1" };
    expect((await send("ada", wrong)).frames[0]).toMatchObject({ mid: "m1", room: "lobby" });
    expect((await send("ada", { type: "dance", id: "i1" })).frames[0]).toMatchObject({ id: "i1" });
    const most = { id: "i".repeat(64), mid: "m".repeat(64), room: "y".repeat(128) };
    expect((await send("ada", { type: "dance", ...most })).frames[0]).toMatchObject(most);
    const texts = await send("ada", { type: "dance", id: ["i1"], mid: ["m1"], room: ["lobby"] });
    expect(Object.keys(texts.frames[0] ?? {})).toEqual(["type", "code", "message", "retryable"]);
    const long = await send("ada", { type: "dance", id: "x".repeat(65), room: "y".repeat(129) });
    expect(long.frames[0]).not.toHaveProperty("id");
    expect(long.frames[0]).not.toHaveProperty("room");
  });

  it.each([
    ["nested too deep", JSON.stringify({ text: "a", more: nest(31) })],
    ["an object of too many keys", JSON.stringify({ text: "a", ...wide(128) })],
    ["a prototype", '{"text":"a","__proto__":{"admin":true}}'],
  ])("tells whose data is %s, and takes what stands beside it", async (_what, data) => {
    const { sendRaw, epoch, gateway } = await start();
    const good = say("lobby", "hi", "m2", { epoch, after: 0 });
    const bad = `{"type":"publish","room":"lobby","event":"say","mid":"m1","data":${data}}`;
    const { frames } = await sendRaw("ada", `[${bad},${JSON.stringify(good)}]`);
    expect(frames).toMatchObject([
      { type: "error", code: "bad_frame", retryable: false, mid: "m1", room: "lobby" },
      { type: "ack", mid: "m2" },
    ]);
    expect(gateway.pushed("bob", "message")).toHaveLength(1);
  });

  it("lets data through that is as deep and as wide as it may be", async () => {
    const { sendRaw, epoch } = await start();
    const data = { text: "a", more: nest(30), ...wide(126) };
    const frame = { ...say("lobby", "", "m", { epoch, after: 0 }), data };
    const { frames } = await sendRaw("ada", JSON.stringify(frame));
    expect(frames).toMatchObject([{ type: "ack", mid: "m" }]);
  });

  it("stops nothing of what stands beside it", async () => {
    const { send } = await start();
    const { frames } = await send("ada", { type: "dance" }, { type: "ping", id: "p" });
    expect(frames).toMatchObject([{ code: "unknown_frame" }, { type: "pong", id: "p" }]);
  });

  it("passes lone surrogates in data through as they are", async () => {
    const { sendRaw, epoch, gateway } = await start();
    const text = `{"type":"publish","room":"lobby","event":"say","data":{"text":"\\ud800x"},"mid":"m1","epoch":"${epoch}","after":0}`;
    expect((await sendRaw("ada", text)).frames).toMatchObject([{ type: "ack" }]);
    expect(gateway.pushed("bob", "message")).toMatchObject([{ data: { text: "\ud800x" } }]);
  });

  it("ignores fields that it does not know", async () => {
    const { send } = await start();
    const { frames } = await send("ada", { type: "ping", id: "p", color: "red", rooms: [] });
    expect(frames).toMatchObject([{ type: "pong", id: "p", ts: expect.any(Number), rooms: [] }]);
    expect(frames[0]).not.toHaveProperty("color");
  });
});
