import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../testing/src/index.ts";
import { type LogEntry, UnavailableError } from "../src/index.ts";
import { createMemorySlotStore } from "../src/memory.ts";
import { createSlotRoomLog, type SlotRoomLogOptions, type SlotStore } from "../src/slots.ts";

const entry = (mid: string, ts = 0): LogEntry => ({ mid, event: "say", data: 1, ts, digest: "d" });

/** A log over slots whose calls are counted, and may be changed. */
function start(
  options: Partial<SlotRoomLogOptions> = {},
  change: (slots: SlotStore) => Partial<SlotStore> = () => ({}),
) {
  const clock = createVirtualClock();
  const memory = createMemorySlotStore({ id: () => "e" });
  const calls: string[] = [];
  const changed: SlotStore = { ...memory, ...change(memory) };
  const counted =
    <A extends unknown[], R>(name: string, call: (...args: A) => R) =>
    (...args: A): R => {
      calls.push(name);
      return call(...args);
    };
  const slots: SlotStore = {
    state: counted("state", changed.state),
    put: counted("put", changed.put),
    read: counted("read", changed.read),
    trim: counted("trim", async (...args) => changed.trim?.(...args)),
  };
  const log = createSlotRoomLog(slots, { clock, random: () => 1, ...options });
  const append = async (count: number, ts = clock.now()) => {
    for (let n = 1; n <= count; n++) await log.append("lobby", entry(`m${n}-${ts}`, ts));
  };
  return { clock, memory, calls, log, append };
}

describe("createSlotRoomLog", () => {
  it.each([
    [{ minAgeMs: 60_000 }, 30_000],
    [{}, 60_000],
  ])(
    "asks for the head again once it may be out of date: with %o after %i ms",
    async (retention, ttlMs) => {
      const { clock, calls, append } = start({ retention });
      await append(1);
      await clock.advance(ttlMs - 1);
      calls.length = 0;
      await append(1);
      expect(calls).toEqual(["put"]);
      await clock.advance(ttlMs);
      calls.length = 0;
      await append(1);
      expect(calls).toEqual(["state", "put"]);
    },
  );

  it("gives up a room where others are faster 32 times, after waits that grow to 250 ms", async () => {
    const clock = createVirtualClock();
    const waits: number[] = [];
    const sleep = async (ms: number) => void waits.push(ms);
    const { log, calls } = start({ clock: { ...clock, sleep } }, (slots) => ({
      async put(room, epoch, seq) {
        await slots.put(room, epoch, seq, entry(`faster-${seq}`));
        return "taken";
      },
    }));
    await expect(log.append("lobby", entry("m"))).rejects.toBeInstanceOf(UnavailableError);
    expect(calls.filter((call) => call === "put")).toHaveLength(32);
    expect(waits.slice(0, 7)).toEqual([8, 16, 32, 64, 128, 250, 250]);
    expect(waits).toHaveLength(30);
  });

  it("refuses a position before the oldest entry without a look at the entries", async () => {
    const { log, memory, calls, append } = start();
    await append(5);
    await memory.trim?.("lobby", "e", 3);
    await log.head("lobby");
    calls.length = 0;
    const late = await log.append("lobby", entry("m"), { epoch: "e", after: 2 });
    expect(late).toMatchObject({ status: "undecided", oldest: 4, head: 5 });
    expect(calls).toEqual(["state"]);
    const inTime = await log.append("lobby", entry("m"), { epoch: "e", after: 3 });
    expect(inTime).toMatchObject({ status: "appended", seq: 6 });
  });

  it("trims with every 64th append what neither count nor age keeps", async () => {
    const { log, memory, append } = start({ retention: { maxEntries: 10, minAgeMs: 0 } });
    await append(63);
    expect(await memory.state("lobby")).toMatchObject({ oldest: 1, head: 63 });
    expect(await log.head("lobby")).toMatchObject({ oldest: 54, head: 63 });
    await append(1);
    expect(await memory.state("lobby")).toMatchObject({ oldest: 55, head: 64 });
  });

  it("trims what is over age, but never the newest entry", async () => {
    const { clock, memory, append } = start({ retention: { maxAgeMs: 1000, minAgeMs: 0 } });
    const began = clock.now();
    await append(60);
    await clock.advance(1000);
    await append(4, began);
    expect(await memory.state("lobby")).toMatchObject({ oldest: 64, head: 64 });
  });

  it("trims nothing younger than minAgeMs and the time that a head is remembered", async () => {
    const { clock, memory, append } = start({ retention: { maxEntries: 1, minAgeMs: 10_000 } });
    await append(1);
    await clock.advance(1);
    await append(1);
    await clock.advance(14_999);
    await append(62);
    expect(await memory.state("lobby")).toMatchObject({ oldest: 2, head: 64 });
  });

  it("asks for no trim where all is kept, and of no backend that has none", async () => {
    const warnings: string[] = [];
    const logger = { warn: (text: string) => void warnings.push(text), error() {} };
    const kept = start({ logger });
    await kept.append(64);
    expect(kept.calls).not.toContain("trim");
    const { trim: _, ...slots } = createMemorySlotStore({ id: () => "e" });
    const { clock } = kept;
    const retention = { maxEntries: 1, minAgeMs: 0 };
    const log = createSlotRoomLog(slots, { clock, random: () => 1, logger, retention });
    for (let n = 1; n <= 64; n++) await log.append("lobby", entry(`m${n}`));
    expect(await log.head("lobby")).toMatchObject({ oldest: 64, head: 64 });
    expect(warnings).toEqual([]);
  });

  it("reports a trim that fails, if to anybody, and has appended all the same", async () => {
    const warnings: unknown[] = [];
    const error = new UnavailableError("down");
    const warn = (_text: string, details: unknown) => void warnings.push(details);
    for (const logger of [{ warn, error() {} }, undefined]) {
      const { log, append } = start({ logger, retention: { maxEntries: 1, minAgeMs: 0 } }, () => ({
        trim: () => Promise.reject(error),
      }));
      await append(64);
      expect(await log.head("lobby")).toMatchObject({ head: 64 });
    }
    expect(warnings).toEqual([{ room: "lobby", error }]);
  });

  it("hides an entry when it reaches maxAgeMs, and nothing before", async () => {
    const { clock, log, append } = start({ retention: { maxAgeMs: 1000, minAgeMs: 0 } });
    await append(2);
    await clock.advance(999);
    await append(1);
    const fresh = await log.read("lobby", { after: 0, limit: 10 });
    expect(fresh.entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    await clock.advance(1);
    const old = await log.read("lobby", { after: 0, limit: 10 });
    expect(old).toEqual({ epoch: "e", oldest: 3, head: 3, entries: [] });
    expect((await log.read("lobby", { after: 2, limit: 10 })).entries).toHaveLength(1);
  });

  it.each([
    [
      [1, 2, 4],
      [1, 2],
    ],
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
  ])("reads of the entries %j those up to a hole", async (listed, seen) => {
    const { log, append } = start({}, () => ({
      read: async () => listed.map((seq) => ({ ...entry(`m${seq}`), ts: Infinity, seq })),
    }));
    await append(4);
    const { entries } = await log.read("lobby", { after: 0, limit: 10 });
    expect(entries.map(({ seq }) => seq)).toEqual(seen);
  });

  it.each([[[]], [[2, 3]]])(
    "reads three times before it gives up a listing of %j",
    async (listed) => {
      const { log, calls, append } = start({}, () => ({
        read: async () => listed.map((seq) => ({ ...entry(`m${seq}`), ts: Infinity, seq })),
      }));
      await append(3);
      calls.length = 0;
      await expect(log.read("lobby", { after: 0, limit: 10 })).rejects.toBeInstanceOf(
        UnavailableError,
      );
      expect(calls.filter((call) => call === "read")).toHaveLength(3);
    },
  );
});
