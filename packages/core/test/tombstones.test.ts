import { expect, it } from "vitest";
import { createVirtualClock } from "../../testing/src/index.ts";
import { createTombstones } from "../src/tombstones.ts";

it("remembers an id for its time, counted from when it was first added", async () => {
  const clock = createVirtualClock();
  const tombstones = createTombstones(clock, 1000);
  expect(tombstones.has("a")).toBe(false);
  tombstones.add("a");
  await clock.advance(600);
  tombstones.add("a");
  tombstones.add("b");
  await clock.advance(399);
  expect(tombstones.has("a")).toBe(true);
  await clock.advance(1);
  expect(tombstones.has("a")).toBe(false);
  expect(tombstones.has("b")).toBe(true);
});

it("takes an id up again whose time was over", async () => {
  const clock = createVirtualClock();
  const tombstones = createTombstones(clock, 1000);
  tombstones.add("a");
  await clock.advance(1000);
  tombstones.add("a");
  expect(tombstones.has("a")).toBe(true);
});

it("keeps what is still remembered when others are added", async () => {
  const clock = createVirtualClock();
  const tombstones = createTombstones(clock, 1000);
  for (const id of ["a", "b", "c"]) {
    tombstones.add(id);
    await clock.advance(400);
  }
  tombstones.add("d");
  expect(["a", "b", "c", "d"].map(tombstones.has)).toEqual([false, true, true, true]);
});
