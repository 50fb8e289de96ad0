import { expect, it } from "vitest";
import { createVirtualClock } from "../../testing/src/index.ts";
import { createHeadHints } from "../src/head-hints.ts";

const state = (head: number) => ({ epoch: "e", oldest: 1, head });

it("forgets a hint when its time is over, counted from when it was last confirmed", async () => {
  const clock = createVirtualClock();
  const hints = createHeadHints(clock, 1000);
  hints.set("lobby", state(1));
  await clock.advance(999);
  expect(hints.get("lobby")).toEqual(state(1));
  hints.set("lobby", state(2));
  await clock.advance(999);
  expect(hints.get("lobby")).toEqual(state(2));
  await clock.advance(1);
  expect(hints.get("lobby")).toBeUndefined();
});

it("forgets what is deleted", () => {
  const hints = createHeadHints(createVirtualClock(), 1000);
  hints.set("lobby", state(1));
  hints.delete("lobby");
  expect(hints.get("lobby")).toBeUndefined();
});

it("remembers 10,000 rooms, those that were confirmed last", () => {
  const hints = createHeadHints(createVirtualClock(), 1000);
  for (let room = 0; room < 10_000; room++) hints.set(`room-${room}`, state(room));
  hints.set("room-0", state(0));
  expect(hints.get("room-1")).toEqual(state(1));
  hints.set("one more", state(1));
  expect(hints.get("room-0")).toEqual(state(0));
  expect(hints.get("room-1")).toBeUndefined();
  expect(hints.get("room-2")).toEqual(state(2));
});
