import { expect, it } from "vitest";
import { createVirtualClock } from "../../testing/src/index.ts";
import type { LogEntry } from "../src/index.ts";
import { createMemorySlotStore } from "../src/memory.ts";
import { createSlotRoomLog } from "../src/slots.ts";

const MINUTE_MS = 60_000;
const ENTRY: LogEntry = { mid: "m", event: "say", data: 1, ts: 0, digest: "d" };

it.each([
  [15 * MINUTE_MS, 15 * MINUTE_MS, "appended"],
  [15 * MINUTE_MS + 1, 15 * MINUTE_MS, "unavailable"],
  [MINUTE_MS, 0, "appended"], // Never less than a minute: whoever keeps slots for less takes the risk.
  [MINUTE_MS + 1, 0, "unavailable"],
])("an append frozen for %i ms, with a minAgeMs of %i, is %s", async (ms, minAgeMs, outcome) => {
  const clock = createVirtualClock();
  const slots = createMemorySlotStore({ id: () => "e" });
  const put: typeof slots.put = async (...args) => {
    await clock.advance(ms);
    return slots.put(...args);
  };
  const options = { clock, random: () => 1, retention: { minAgeMs } };
  const log = createSlotRoomLog({ ...slots, put }, options);
  const append = () => log.append("lobby", ENTRY, { epoch: "e", after: 0 });
  const result = await append().catch(({ code }) => ({ status: code }));
  expect(result.status).toBe(outcome);
  // It was stored all the same, where nothing had been freed: the sender's next try finds it.
  expect(await append()).toMatchObject({ status: "duplicate" });
});

it("an append that was frozen and finds its earlier try says so: it has put nothing", async () => {
  const clock = createVirtualClock();
  const slots = createMemorySlotStore({ id: () => "e" });
  const read: typeof slots.read = async (...args) => {
    await clock.advance(16 * MINUTE_MS);
    return slots.read(...args);
  };
  const log = createSlotRoomLog({ ...slots, read }, { clock, random: () => 1 });
  const append = () => log.append("lobby", ENTRY, { epoch: "e", after: 0 });
  expect(await append()).toMatchObject({ status: "appended" });
  expect(await append()).toMatchObject({ status: "duplicate", entry: { seq: 1 } });
});

it("an append answers reset when its log began anew after the head was last read", async () => {
  const clock = createVirtualClock();
  let epoch = "e";
  const stores = new Map(
    ["e", "f"].map((name) => [name, createMemorySlotStore({ id: () => name })]),
  );
  const current = () => stores.get(epoch) ?? expect.unreachable();
  const log = createSlotRoomLog(
    {
      state: (...args) => current().state(...args),
      put: (...args) => current().put(...args),
      read: (...args) => current().read(...args),
    },
    { clock, random: () => 1 },
  );
  for (const mid of ["m1", "m2"]) await log.append("lobby", { ...ENTRY, mid });
  epoch = "f";
  const result = await log.append("lobby", ENTRY, { epoch: "e", after: 1 });
  expect(result).toEqual({ status: "reset", epoch: "f", oldest: 1, head: 0 });
});
