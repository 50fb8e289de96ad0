import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createHub, defineChat, InvalidArgumentError } from "../src/index.ts";
import { createMemoryRoomLog } from "../src/memory.ts";
import { createSlotRoomLog, type SlotStore } from "../src/slots.ts";
import { createChat } from "./chats.ts";
import { createRig } from "./rig.ts";

const say = { data: z.object({ text: z.string() }) };
const plain = { room: "lobby", receive: () => undefined, render: () => "text" };

/** Calls untyped, as JavaScript does. */
function refusal(call: (...args: never[]) => unknown, ...args: unknown[]): InvalidArgumentError {
  try {
    call(...(args as never[]));
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ code: "invalid_argument" });
    return error as InvalidArgumentError;
  }
  return expect.unreachable("it was accepted");
}

describe("defineChat", () => {
  it.each<[string, object]>([
    ["evnts", { evnts: {} }],
    ["events", { events: undefined }],
    ["events", { events: null }],
    ["events", { events: {} }],
    ["events", { events: { "": say } }],
    ["events", { events: { ["x".repeat(65)]: say } }],
    ["events.say", { events: { say: null } }],
    ["events.say.data", { events: { say: {} } }],
    ["events.say.data", { events: { say: { data: { parse() {} } } } }],
    ["events.say.reply", { events: { say: { ...say, reply: {} } } }],
    ["events.say: ephemral", { events: { say: { ...say, ephemral: true } } }],
    ["events.say.ephemeral", { events: { say: { ...say, ephemeral: "yes" } } }],
    ["events.ask", { events: { ask: { ...say, reply: say.data, ephemeral: true } } }],
    ["on.ask", { events: { ask: { ...say, reply: say.data } } }],
    ["on.dance", { on: { dance() {} } }],
    ["on.say", { on: { say: "text" } }],
    ["on", { on: 5 }],
    ["on", { on: null }],
    ["origins", { origins: "https://chat.example" }],
    ["origins", { origins: ["*"] }],
    ["origins", { origins: ["null"] }],
    ["origins", { origins: ["https://chat.example/"] }],
    ["origins", { origins: ["https://Chat.example"] }],
    ["origins", { origins: ["chat.example"] }],
    ["origins", { origins: ["https://user@chat.example"] }],
    ["origins", { origins: ["https://bücher.example"] }],
    ["origins", { origins: ["https://chat.example:443"] }],
    ["origins", { origins: ["http://chat.example:80"] }],
    ["origins", { origins: [undefined] }],
    ["authenticate", { authenticate: true }],
    ["authorize", { authorize: {} }],
    ["published", { published: {} }],
    ["joined", { joined: "hook" }],
    ["left", { left: null }],
    ["plain", { plain: true }],
    ["plain.room", { plain: { ...plain, room: undefined } }],
    ["plain.room", { plain: { ...plain, room: "" } }],
    ["plain.receive", { plain: { ...plain, receive: undefined } }],
    ["plain.render", { plain: { ...plain, render: "text" } }],
    ["plain.renderError", { plain: { ...plain, renderError: 1 } }],
    ["plain: send", { plain: { ...plain, send() {} } }],
    ["heartbeatMs", { heartbeatMs: 10 }],
    ["heartbeatMs", { heartbeatMs: "25s" }],
    ["heartbeatMs", { heartbeatMs: Number.NaN }],
    ["leaseMs", { leaseMs: 25_000 }],
    ["leaseMs", { leaseMs: Infinity }],
    ["limits", { limits: null }],
    ["limits: bytes", { limits: { bytes: 1 } }],
    ["limits.maxBytes", { limits: { maxBytes: 0 } }],
    ["limits.maxFrames", { limits: { maxFrames: 0 } }],
    ["limits.maxDepth", { limits: { maxDepth: 1 } }],
    ["limits.maxKeys", { limits: { maxKeys: 1 } }],
    ["limits.maxRooms", { limits: { maxRooms: 0.5 } }],
    ["limits.maxReplyBytes", { limits: { maxReplyBytes: 10 } }],
    ["limits.connectionRate", { limits: { connectionRate: null } }],
    ["limits.connectionRate.perSecond", { limits: { connectionRate: { burst: 1 } } }],
    ["limits.userRate.burst", { limits: { userRate: { perSecond: 1, burst: 0 } } }],
    ["limits.userRate: brust", { limits: { userRate: { perSecond: 1, burst: 1, brust: 1 } } }],
    ["retention", { retention: 5 }],
    ["retention.maxEntries", { retention: { maxEntries: 0 } }],
    ["retention.maxAgeMs", { retention: { maxAgeMs: -1 } }],
    ["retention.minAgeMs", { retention: { minAgeMs: Infinity } }],
    ["retention: days", { retention: { days: 7 } }],
    ["presence", { presence: true }],
    ["presence", { presence: null }],
    ["presence.maxListed", { presence: { maxListed: -1 } }],
    ["presence.windowMs", { presence: { windowMs: "1s" } }],
    ["presence.pushesPerSecond", { presence: { pushesPerSecond: 0 } }],
  ])("names %s when it is wrong (case %#)", (option, definition) => {
    expect(refusal(defineChat, { events: { say }, ...definition }).message).toContain(option);
  });

  it.each([undefined, null, 5, []])("names itself when it gets %j", (definition) => {
    expect(refusal(defineChat, definition).message).toContain("defineChat");
  });

  it("fills in the defaults", () => {
    const { heartbeatMs, leaseMs, limits, retention, presence } = defineChat({ events: { say } });
    expect({ heartbeatMs, leaseMs }).toEqual({ heartbeatMs: 25_000, leaseMs: 75_000 });
    expect(limits).toEqual({
      maxBytes: 32_768,
      maxFrames: 32,
      maxDepth: 32,
      maxKeys: 128,
      maxRooms: 50,
      maxReplyBytes: 32_768,
      connectionRate: { perSecond: 20, burst: 60 },
      userRate: { perSecond: 60, burst: 180 },
    });
    expect(retention).toEqual({ maxEntries: 1000, maxAgeMs: 604_800_000, minAgeMs: 900_000 });
    expect(presence).toEqual({ maxListed: 200, windowMs: 1000, pushesPerSecond: 1000 });
    expect(defineChat({ events: { say }, presence: false }).presence).toBeUndefined();
  });
});

describe("createHub", () => {
  const chat = createChat();
  const { options } = createRig(chat);

  it.each<[string, object]>([
    ["store", { store: undefined }],
    ["store", { store: {} }],
    ["log", { log: { read() {} } }],
    ["pusher", { pusher: null }],
    ["clock", { clock: { now: () => 0 } }],
    ["random", { random: 0.5 }],
    ["id", { id: undefined }],
    ["queue", { queue: { push() {} } }],
    ["maxAgeMs", { maxAgeMs: 10 }],
    ["concurrency", { concurrency: 0 }],
    ["pageSize", { pageSize: 1.5 }],
  ])("names %s when it is wrong (case %#)", (option, wrong) => {
    expect(refusal(createHub, chat, { ...options, ...wrong }).message).toContain(option);
  });

  it("wants a chat, and options", () => {
    expect(refusal(createHub, undefined, options).message).toContain("chat");
    expect(refusal(createHub, { events: {} }, options).message).toContain("chat");
    expect(refusal(createHub, chat, undefined).message).toContain("options");
  });
});

describe("createSlotRoomLog", () => {
  const { clock, random, id } = createRig(createChat()).options;
  const slots = {} as SlotStore;

  it.each<[string, object]>([
    ["maxScan", { maxScan: 0 }],
    ["maxScan", { maxScan: "all" }],
    ["retention.maxEntries", { retention: { maxEntries: -1 } }],
    ["retention: age", { retention: { age: 1 } }],
  ])("names %s when it is wrong (case %#)", (option, wrong) => {
    const message = refusal(createSlotRoomLog, slots, { clock, random, ...wrong }).message;
    expect(message).toContain(option);
    const memory = refusal(createMemoryRoomLog, { clock, random, id, ...wrong }).message;
    expect(memory).toBe(message);
  });
});
