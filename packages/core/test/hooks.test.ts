import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineChat, RejectedError, UnavailableError } from "../src/index.ts";
import { type Changes, createChat } from "./chats.ts";
import { createRig } from "./rig.ts";

async function start(changes: Changes = {}) {
  const rig = createRig(createChat(changes));
  const { frames } = await rig.enter("ada", "lobby");
  await rig.enter("bob", "lobby");
  const epoch = String(frames[1]?.epoch);
  const publish = (data: unknown, mid = "m1") =>
    rig.send("ada", { type: "publish", room: "lobby", event: "say", data, mid, epoch, after: 0 });
  return { ...rig, epoch, publish };
}

const throwing = (error: unknown) => () => {
  throw error;
};
const cycle: { self?: unknown; text: string } = { text: "round" };
cycle.self = cycle;

describe("a handler", () => {
  it("may refuse with a reason, and nothing is stored", async () => {
    const say = throwing(new RejectedError("rude", "mind your language"));
    const { publish, hub, epoch } = await start({ on: { say } });
    const { frames } = await publish({ text: "!" });
    expect(frames).toMatchObject([
      { code: "rejected", reason: "rude", message: "mind your language", mid: "m1" },
    ]);
    const { seq } = await hub.publish("lobby", "say", { text: "first" });
    expect([seq, epoch]).toEqual([1, epoch]);
  });

  it.each([
    ["throws an Error", throwing(new Error("secret detail"))],
    ["throws a string", throwing("secret detail")],
    ["rejects", () => Promise.reject(new Error("secret detail"))],
    ["returns a cycle", () => cycle],
    ["returns a BigInt", () => ({ text: 1n as unknown as string })],
  ])("that %s is answered with internal, logged, and hurts nobody", async (_, say) => {
    let fails = true;
    const { publish, problems, gateway } = await start({
      on: { say: ({ data }) => (fails ? say() : data) },
    });
    const { frames } = await publish({ text: "!" });
    expect(frames).toMatchObject([{ code: "internal", mid: "m1", retryable: false }]);
    expect(JSON.stringify(frames)).not.toContain("secret");
    expect(problems.filter(({ level }) => level === "error")).not.toEqual([]);
    fails = false;
    expect((await publish({ text: "!" })).frames).toMatchObject([{ type: "ack", seq: 1 }]);
    expect(gateway.pushed("bob", "message")).toHaveLength(1);
  });

  it("that can't reach a backend lets the client try again", async () => {
    const { publish } = await start({ on: { say: throwing(new UnavailableError("titles down")) } });
    const { frames } = await publish({ text: "!" });
    expect(frames).toMatchObject([{ code: "unavailable", retryable: true, mid: "m1" }]);
  });

  it("that returns a function sends null, as JSON has none", async () => {
    const { publish, gateway } = await start({
      on: { say: () => (() => "code") as unknown as { text: string } },
    });
    const { frames } = await publish({ text: "!" });
    expect(frames).toMatchObject([{ type: "ack", data: null }]);
    expect(gateway.pushed("bob", "message")).toMatchObject([{ data: null }]);
  });

  it("is never one that the prototype of `on` happens to have", async () => {
    const data = z.object({ text: z.string() });
    const chat = defineChat({ events: { constructor: { data }, valueOf: { data } }, on: {} });
    const { send, gateway, enter } = createRig(chat);
    const { frames } = await enter("ada", "lobby");
    await enter("bob", "lobby");
    const epoch = String(frames[1]?.epoch);
    for (const [after, event] of ["constructor", "valueOf"].entries()) {
      const sent = { type: "publish", room: "lobby", event, data: { text: "hi" } };
      await send("ada", { ...sent, mid: event, epoch, after });
    }
    const pushed = gateway.pushed("bob", "message").map((message) => message.data);
    expect(pushed).toEqual([{ text: "hi" }, { text: "hi" }]);
  });

  it("gets what the schema made of the data, and the connection's user", async () => {
    const seen: unknown[] = [];
    const { publish } = await start({ on: { say: ({ hub: _, ...rest }) => void seen.push(rest) } });
    await publish({ text: "hi", extra: 1 });
    const user = { userId: "ada", name: "ADA" };
    const mid = expect.stringMatching(/^[\w-]+$/);
    expect(seen).toEqual([{ event: "say", data: { text: "hi" }, room: "lobby", user, mid }]);
  });
});

describe("a request", () => {
  const request = {
    type: "publish",
    room: "lobby",
    event: "rename",
    data: { title: "" },
    mid: "r",
  };

  it("is answered to its sender alone, and stored nowhere", async () => {
    const { send, gateway, hub } = await start();
    const { frames } = await send("ada", request);
    expect(frames).toEqual([{ type: "ack", mid: "r", room: "lobby", reply: { ok: false } }]);
    expect(gateway.pushed("bob", "message")).toEqual([]);
    expect((await hub.publish("lobby", "say", { text: "first" })).seq).toBe(1);
  });

  it.each([
    ["breaks its schema", () => ({ ok: "yes" as unknown as boolean })],
    ["is nothing", () => undefined as unknown as { ok: boolean }],
    ["throws", throwing(new Error("oops"))],
  ])("whose reply %s is answered with internal", async (_, rename) => {
    const { send, problems } = await start({ on: { rename } });
    const { frames } = await send("ada", request);
    expect(frames).toMatchObject([{ code: "internal", mid: "r" }]);
    expect(problems).not.toEqual([]);
  });
});

describe("a schema", () => {
  const schema = (validate: (value: unknown) => never) => ({
    "~standard": { version: 1 as const, vendor: "test", validate },
  });

  it.each([
    ["throws", throwing(new Error("oops"))],
    ["rejects", () => Promise.reject(new Error("oops")) as never],
    ["answers nothing", () => undefined as never],
  ])("that %s is answered with internal", async (_, validate) => {
    const { enter, send } = createRig(defineChat({ events: { odd: { data: schema(validate) } } }));
    const { frames } = await enter("ada", "lobby");
    const epoch = String(frames[1]?.epoch);
    const odd = { type: "publish", room: "lobby", event: "odd", mid: "m", epoch, after: 0 };
    expect((await send("ada", odd)).frames).toMatchObject([{ code: "internal", mid: "m" }]);
    expect((await send("ada", { type: "ping" })).frames).toMatchObject([{ type: "pong" }]);
  });

  it("may be asynchronous, and may say where the data are wrong", async () => {
    const data = z.object({ list: z.array(z.object({ n: z.number() })) }).refine(async () => true);
    const { enter, send } = createRig(defineChat({ events: { odd: { data } } }));
    await enter("ada", "lobby");
    const odd = { type: "publish", room: "lobby", event: "odd", mid: "m", data: { list: [{}] } };
    const { frames } = await send("ada", odd);
    expect(frames).toMatchObject([{ code: "bad_data" }]);
    expect(frames[0]?.message).toContain("list.0.n");
  });
});
