import { expect, it } from "vitest";
import {
  createCountingMeter,
  createSeededRandom,
  createVirtualClock,
} from "../../testing/src/index.ts";
import { createMemoryRoomLog, createMemorySlotStore } from "../src/memory.ts";

const entry = (ts: number) => ({ mid: "m", event: "say", data: "x", ts, digest: "d" });

it("frees the old entries of rooms where nobody appends any more, and never their numbers", async () => {
  const clock = createVirtualClock();
  const slots = createMemorySlotStore({ id: () => "e", expire: { clock, ageMs: 1000 } });
  for (let room = 0; room < 10; room++)
    await slots.put(`quiet-${room}`, "e", 1, entry(clock.now()));
  await clock.advance(999);
  await slots.put("busy", "e", 1, entry(clock.now()));
  expect(await slots.state("quiet-0")).toMatchObject({ oldest: 1 });
  await clock.advance(1);
  await slots.put("busy", "e", 2, entry(clock.now()));
  const rooms = Array.from({ length: 10 }, (_, room) => slots.state(`quiet-${room}`));
  const freed = (await Promise.all(rooms)).filter(({ oldest }) => oldest > 1);
  expect(freed).toHaveLength(2); // No append pays for many.
  for (let seq = 3; seq <= 10; seq++) await slots.put("busy", "e", seq, entry(clock.now()));
  for (let room = 0; room < 10; room++) {
    expect(await slots.read(`quiet-${room}`, "e", { after: 0, limit: 1 })).toEqual([]);
    expect(await slots.state(`quiet-${room}`)).toEqual({ epoch: "e", oldest: 2, head: 1 });
    expect(await slots.put(`quiet-${room}`, "e", 1, entry(clock.now()))).toBe("taken");
  }
  expect((await slots.state("busy")).oldest).toBe(1);
});

it("keeps what is old where it is not told to free it, and knows nothing of other rooms", async () => {
  const slots = createMemorySlotStore({ id: () => "e".repeat(100) });
  for (const seq of [1, 2, 3]) expect(await slots.put("lobby", "e", seq, entry(0))).toBe("stored");
  const { epoch, ...range } = await slots.state("lobby");
  expect(epoch).toBe("e".repeat(64));
  expect(range).toEqual({ oldest: 1, head: 3 });
  expect(await slots.read("attic", epoch, { after: 0, limit: 1 })).toEqual([]);
  await slots.trim?.("attic", epoch, 2);
  await slots.trim?.("lobby", epoch, 2);
  await slots.trim?.("lobby", epoch, 1);
  expect(await slots.state("lobby")).toEqual({ epoch, oldest: 3, head: 3 });
});

it("frees nothing of a log that a paused writer might still write over", async () => {
  const clock = createVirtualClock();
  const retention = { maxAgeMs: 1000, minAgeMs: 60_000 };
  const log = createMemoryRoomLog({
    clock,
    random: createSeededRandom(1),
    id: () => "e",
    retention,
  });
  const append = (room: string, mid: string, after?: number) =>
    log.append(
      room,
      { ...entry(clock.now()), mid },
      after === undefined ? undefined : { epoch: "e", after },
    );
  await append("quiet", "m1");
  await clock.advance(60_000);
  for (const mid of ["m1", "m2", "m3"]) await append("busy", mid);
  expect(await append("quiet", "m1", 0)).toMatchObject({ status: "duplicate", head: 1 });
});

it("counts what would be requests", async () => {
  const meter = createCountingMeter();
  const slots = createMemorySlotStore({ id: () => "e", meter });
  await slots.put("lobby", "e", 1, entry(0));
  await slots.trim?.("lobby", "e", 0);
  expect(meter.counts()).toMatchObject({ read: 0, write: 2 });
  await slots.state("lobby");
  await slots.read("lobby", "e", { after: 0, limit: 1 });
  expect(meter.counts()).toMatchObject({ read: 2, write: 2 });
});
