import type { RoomLog } from "@hubbub/core";
import type { SlotStore } from "@hubbub/core/slots";
import { describe, expect, it } from "vitest";
import { roomLogContract } from "../src/room-log-contract.ts";
import { firstFailure } from "./first-failure.ts";
import { createMemoryLogs } from "./memory-slots.ts";

const brokenLogs: Record<string, (log: RoomLog) => Partial<RoomLog>> = {
  "no retry is recognised": (log) => ({ append: (room, entry) => log.append(room, entry) }),
  "the epoch is not compared": (log) => ({
    append: async (room, entry, position) =>
      log.append(room, entry, position && { ...position, epoch: (await log.head(room)).epoch }),
  }),
  "a position beyond the head is taken for the head": (log) => ({
    append: async (room, entry, position) => {
      const { head } = await log.head(room);
      const after = Math.min(head, position?.after ?? head);
      return log.append(room, entry, position && { ...position, after });
    },
  }),
  ...Object.fromEntries(
    (["reset", "undecided", "behind", "mid-conflict"] as const).map((status) => [
      `${status} appends all the same`,
      (log: RoomLog): Partial<RoomLog> => ({
        append: async (room, entry, position) => {
          const result = await log.append(room, entry, position);
          return result.status === status ? log.append(room, entry) : result;
        },
      }),
    ]),
  ),
  "a retry gets the seq of the head": (log) => ({
    append: async (room, entry, position) => {
      const result = await log.append(room, entry, position);
      if (result.status !== "duplicate") return result;
      return { ...result, entry: { ...result.entry, seq: result.head } };
    },
  }),
  "a failed append is repeated blindly": (log) => ({
    append: (room, entry, position) =>
      log.append(room, entry, position).catch(() => log.append(room, entry)),
  }),
  "a failure has no code": (log) => ({
    append: (room, entry, position) =>
      log.append(room, entry, position).catch((cause) => {
        throw new Error("failed", { cause });
      }),
  }),
  "read gives a part that looks whole": (log) => ({
    read: async (room, { after, limit }) => {
      const { oldest } = await log.head(room);
      return log.read(room, { after: Math.max(after, oldest - 1), limit });
    },
  }),
  "read begins one too early": (log) => ({
    read: (room, { after, limit }) => log.read(room, { after: Math.max(0, after - 1), limit }),
  }),
  "the limit is not kept": (log) => ({
    read: (room, { after, limit }) => log.read(room, { after, limit: limit + 1 }),
  }),
  "the keys of data are sorted": (log) => ({
    read: async (room, range) => {
      const page = await log.read(room, range);
      const sorted = (data: unknown) =>
        data && !Array.isArray(data) && typeof data === "object"
          ? Object.fromEntries(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1)))
          : data;
      return { ...page, entries: page.entries.map((e) => ({ ...e, data: sorted(e.data) })) };
    },
  }),
};

const brokenSlots: Record<string, (slots: SlotStore) => SlotStore> = {
  "a slot is claimed that somebody else took": (slots) => ({
    ...slots,
    put: async (...args) => {
      await slots.put(...args);
      return "stored";
    },
  }),
  "rooms share slots": (slots) => {
    const cut = (room: string) => room.slice(0, 100);
    return {
      ...slots,
      state: (room) => slots.state(cut(room)),
      put: (room, ...rest) => slots.put(cut(room), ...rest),
      read: (room, ...rest) => slots.read(cut(room), ...rest),
    };
  },
  "an unborn log has an epoch of the moment": (slots) => {
    let reads = 0;
    return {
      ...slots,
      state: async (room) => {
        const state = await slots.state(room);
        return state.head === 0 ? { ...state, epoch: `unborn-${reads++}` } : state;
      },
    };
  },
  "an append costs a read": (slots) => ({
    ...slots,
    put: async (room, ...rest) => {
      await slots.state(room);
      return slots.put(room, ...rest);
    },
  }),
};

describe("roomLogContract", () => {
  const run = (
    spoil: (log: RoomLog) => Partial<RoomLog>,
    spoilSlots: (slots: SlotStore) => SlotStore = (slots) => slots,
  ) => {
    const { clock, meter, ...logs } = createMemoryLogs(spoilSlots);
    const inner = new WeakMap<RoomLog, RoomLog>();
    const wrap = (log: RoomLog): RoomLog => {
      const outer = { ...log, ...spoil(log) };
      inner.set(outer, log);
      return outer;
    };
    return firstFailure((define) =>
      roomLogContract(
        {
          createLog: (retention) => wrap(logs.createLog(retention)),
          reopen: (log) => wrap(logs.reopen(inner.get(log) ?? log)),
          now: clock.now,
          advance: clock.advance,
          failNext: logs.failNext,
          hideNext: logs.hideNext,
          counts: meter.counts,
        },
        define,
      ),
    );
  };

  it("passes a log that is right", async () => {
    expect(await run(() => ({}))).toBeUndefined();
  });

  it.each(Object.keys(brokenLogs))("fails when %s", async (name) => {
    expect(await run(brokenLogs[name] ?? (() => ({})))).toBeDefined();
  });

  it.each(Object.keys(brokenSlots))("fails when %s", async (name) => {
    expect(await run(() => ({}), brokenSlots[name])).toBeDefined();
  });
});
