import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createHub, defineChat, type HubOptions, InvalidArgumentError } from "../src/index.ts";
import { createChat } from "./chats.ts";
import { createRig } from "./rig.ts";

const say = { data: z.object({ text: z.string() }) };
const rate = (perSecond: number, burst: number) => ({ perSecond, burst });
const DAY_MS = 86_400_000;

describe("defineChat", () => {
  it.each<[object, object]>([
    [{ heartbeatMs: 1000 }, { heartbeatMs: 999 }],
    [{ heartbeatMs: DAY_MS }, { heartbeatMs: DAY_MS + 1 }],
    [{ leaseMs: 25_001 }, { leaseMs: 25_000 }],
    [
      { heartbeatMs: 2000, leaseMs: 2001 },
      { heartbeatMs: 2000, leaseMs: 2000 },
    ],
    [{ events: { ["x".repeat(64)]: say } }, { events: { ["x".repeat(65)]: say } }],
    [
      { events: { ask: { ...say, reply: say.data, ephemeral: false } }, on: { ask() {} } },
      { events: { ask: { ...say, reply: say.data, ephemeral: true } }, on: { ask() {} } },
    ],
    [{ limits: { maxBytes: 64 } }, { limits: { maxBytes: 63 } }],
    [{ limits: { maxFrames: 1 } }, { limits: { maxFrames: 0 } }],
    [{ limits: { maxDepth: 4 } }, { limits: { maxDepth: 3 } }],
    [{ limits: { maxKeys: 16 } }, { limits: { maxKeys: 15 } }],
    [{ limits: { maxKeys: Infinity } }, { limits: { maxDepth: Infinity } }],
    [{ limits: { maxRooms: 1 } }, { limits: { maxRooms: 0 } }],
    [{ limits: { maxRooms: Infinity } }, { limits: { maxFrames: Infinity } }],
    [{ limits: { maxReplyBytes: 1024 } }, { limits: { maxReplyBytes: 1023 } }],
    [{ limits: { userRate: rate(0.001, 1) } }, { limits: { userRate: rate(0.0009, 1) } }],
    [{ limits: { userRate: rate(1.5, 1) } }, { limits: { userRate: rate(1, 1.5) } }],
    [{ limits: { userRate: rate(5, 1) } }, { limits: { userRate: { perSecond: "5", burst: 1 } } }],
    [{ limits: { userRate: rate(Infinity, 1) } }, { limits: { userRate: rate(-Infinity, 1) } }],
    [{ limits: { userRate: rate(1, Infinity) } }, { limits: { userRate: rate(1, -1) } }],
    [{ retention: { maxEntries: 1 } }, { retention: { maxEntries: 0 } }],
    [{ retention: { maxEntries: Infinity } }, { retention: { maxEntries: 1.5 } }],
    [{ retention: { maxAgeMs: 1 } }, { retention: { maxAgeMs: 0 } }],
    [{ retention: { maxAgeMs: Infinity } }, { retention: { maxAgeMs: 1.5 } }],
    [{ retention: { minAgeMs: 0 } }, { retention: { minAgeMs: -1 } }],
    [{ presence: { maxListed: 0 } }, { presence: { maxListed: -1 } }],
    [{ presence: { windowMs: 0 } }, { presence: { windowMs: -1 } }],
    [{ presence: { pushesPerSecond: 1 } }, { presence: { pushesPerSecond: 0 } }],
    [{ presence: { pushesPerSecond: Infinity } }, { presence: { windowMs: Infinity } }],
    [{ origins: [] }, { origins: {} }],
    [{ origins: [null, "https://a.example"] }, { origins: [["https://a.example"]] }],
    [{ origins: ["https://a.example:80"] }, { origins: ["https://a.example:443"] }],
    [{ origins: ["xhttp://a.example:80"] }, { origins: ["http://[::1]:80"] }],
    [{ origins: ["http://a.example:443"] }, { origins: ["http://a.example:80"] }],
    [{ origins: ["https://a.example:4430"] }, { origins: ["x https://a.example"] }],
  ])("takes %o, but not %o", (good, bad) => {
    expect(() => defineChat({ events: { say }, ...good })).not.toThrow();
    expect(() => defineChat({ events: { say }, ...bad })).toThrow(InvalidArgumentError);
  });
});

describe("createHub", () => {
  const chat = createChat();
  const { options } = createRig(chat);
  const seams: Partial<Record<keyof HubOptions, string[]>> = {
    store: "open get close join leave touch members connectionsOf count".split(" "),
    log: ["append", "read", "head"],
    pusher: ["send", "close"],
    clock: ["now", "sleep"],
    queue: ["enqueue"],
    logger: ["error", "warn"],
  };

  it.each(
    Object.entries(seams).flatMap(([seam, methods]) => methods.map((method) => [seam, method])),
  )("wants %s.%s", (seam = "", method = "") => {
    const known = Object.keys(seams).find((name) => name === seam) as keyof HubOptions;
    const without = Object.fromEntries(
      (seams[known] ?? []).filter((name) => name !== method).map((name) => [name, () => {}]),
    );
    const wrong = { ...options, [seam]: without } as unknown as HubOptions;
    expect(() => createHub(chat, wrong)).toThrow(new RegExp(`${seam}.*${method}`));
  });

  it.each<[Partial<HubOptions>, Partial<HubOptions>]>([
    [{ maxAgeMs: 1000 }, { maxAgeMs: 999 }],
    [{ concurrency: 1 }, { concurrency: 0 }],
    [{ pageSize: 1 }, { pageSize: 0 }],
  ])("takes %o, but not %o", (good, bad) => {
    expect(() => createHub(chat, { ...options, ...good })).not.toThrow();
    expect(() => createHub(chat, { ...options, ...bad })).toThrow(InvalidArgumentError);
  });

  it.each([undefined, null, 5, "text"])("takes no %j for a chat, nor for options", (wrong) => {
    const untyped = createHub as (...args: unknown[]) => unknown;
    expect(() => untyped(chat, wrong)).toThrow(InvalidArgumentError);
    expect(() => untyped(wrong, options)).toThrow(InvalidArgumentError);
  });

  it("works without a queue and a logger", () => {
    const { queue: _queue, logger: _logger, ...least } = options;
    expect(() => createHub(chat, least)).not.toThrow();
  });
});
