import { type Clock, createHub, defineChat, type Pusher } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createSharedList } from "../../src/cos-shared-list.ts";
import { startCosKit } from "./cos-kit.ts";

const CAP = 50; // What COS gives one prefix in a second (436/14518).
const TIMEOUT_MS = 60_000; // Real time passes here, on whatever machine.
const kit = await startCosKit({ limits: { listsOfPrefixPerSecond: CAP } });
const { cos } = kit;
/** Here time passes: the cap is one of requests a second. */
const clock: Clock = {
  now: Date.now,
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
};
let time = Date.now();
const shared = {
  now: () => time,
  setTimer: () => () => undefined,
  // Whoever waits lets time pass for all: the cap is one of requests a second.
  async sleep(ms: number) {
    time += ms;
  },
};
const limits = { listsOfPrefixPerSecond: 5 };
const busy = await startCosKit({ limits, clock: shared });
const chat = defineChat({ events: { say: { data: z.object({ text: z.string() }) } } });

/** A process with a hub of its own, and what its pushes bring to whom. */
function createProcess(prefix: string) {
  const received = new Map<string, Set<number>>();
  const pusher: Pusher = {
    async send(connectionId, text) {
      const seqs = received.get(connectionId) ?? new Set();
      received.set(connectionId, seqs.add(JSON.parse(text).seq));
      return "sent";
    },
    close: async () => undefined,
  };
  const ports = { clock, random: Math.random, id: () => crypto.randomUUID() };
  const store = kit.store({ prefix, clock, random: Math.random });
  const log = kit.log({ prefix, ...ports });
  return { hub: createHub(chat, { ...ports, store, log, pusher }), store, received };
}

describe("a busy room", () => {
  const listsOf = (prefix: string) =>
    cos.requests.filter(({ action, key }) => action === "GetBucket" && key === `${prefix}m/lobby/`);

  it("stays below the cap of LISTs in one process, and loses nobody", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const prefix = kit.prefix();
    const { hub, store, received } = createProcess(prefix);
    for (const id of ["a", "b", "c"]) {
      await store.open(kit.connection(id, { expiresAt: clock.now() + 3_600_000 }));
      await store.join(id, "lobby");
    }
    const startedAt = Date.now();
    const texts = Array.from({ length: 200 }, (_, index) => String(index));
    const published = await Promise.all(texts.map((text) => hub.publish("lobby", "say", { text })));
    const seconds = (Date.now() - startedAt) / 1000;
    const seqs = published.map(({ seq }) => seq).sort((one, other) => one - other);
    expect(seqs).toEqual(texts.map((_, index) => index + 1));
    for (const { report } of published) expect(report).toMatchObject({ sent: 3, failed: 0 });
    for (const id of ["a", "b", "c"]) expect(received.get(id)?.size).toBe(200);
    const lists = listsOf(prefix);
    expect(lists.map(({ status }) => status)).not.toContain(503);
    expect(lists.length).toBeLessThanOrEqual(Math.ceil(seconds * 40) + 1);
  });

  it("is read by many processes at once, each in its turn", async () => {
    const first = busy.store({ clock: shared });
    await first.open(busy.connection("a", { expiresAt: time + 3_600_000 }));
    await first.join("a", "lobby");
    const stores = Array.from({ length: 30 }, () => busy.store({ clock: shared }));
    const pages = await Promise.all(stores.map((store) => store.members("lobby", { limit: 1000 })));
    for (const { members } of pages) expect(members).toHaveLength(1);
    const lists = busy.cos.requests.filter(({ action }) => action === "GetBucket");
    expect(lists.filter(({ status }) => status === 200)).toHaveLength(30);
    expect(lists.some(({ status }) => status === 503)).toBe(true);
  });
});

describe("createSharedList", () => {
  it("answers nobody with a listing that began before he asked", async () => {
    const began: string[] = [];
    const running: (() => void)[] = [];
    let time = 0;
    const sleeps: number[] = [];
    const paced = {
      now: () => time,
      async sleep(ms: number) {
        sleeps.push(ms);
        time += ms;
      },
    };
    const share = createSharedList<string>(paced, 25);
    const list = (name: string) => () => {
      began.push(name);
      return new Promise<string>((resolve) => running.push(() => resolve(name)));
    };
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    const one = share("room", list("first"));
    const two = share("room", list("second"));
    const three = share("room", list("third"));
    const other = share("another room", list("other"));
    expect(began).toEqual(["first", "other"]);
    time = 10;
    running[0]?.();
    await settle();
    expect(await one).toBe("first");
    expect([began, sleeps]).toEqual([["first", "other", "second"], [15]]);
    const four = share("room", list("fourth"));
    running[1]?.();
    running[2]?.();
    await settle();
    running[3]?.();
    expect(await Promise.all([two, three, four, other])).toEqual([
      ...["second", "second", "fourth", "other"],
    ]);
  });

  it("hands a failure to those who asked for that listing only", async () => {
    const paced = { now: () => 0, sleep: async () => undefined };
    const share = createSharedList<string>(paced, 0);
    const one = share("room", () => Promise.reject(new Error("busy")));
    const two = share("room", async () => "fine");
    await expect(one).rejects.toThrow("busy");
    expect(await two).toBe("fine");
  });
});
