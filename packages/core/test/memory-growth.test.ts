import { expect, it } from "vitest";
import { createVirtualClock } from "../../testing/src/index.ts";
import { createMemorySlotStore } from "../src/memory.ts";

const entry = (ts: number) => ({ mid: "m", event: "say", data: "x", ts, digest: "d" });

it("frees the old entries of rooms where nobody appends any more, and never their numbers", async () => {
  const clock = createVirtualClock();
  const slots = createMemorySlotStore({ id: () => "e", expire: { clock, ageMs: 1000 } });
  for (let room = 0; room < 10; room++)
    await slots.put(`quiet-${room}`, "e", 1, entry(clock.now()));
  await clock.advance(2000);
  for (let seq = 1; seq <= 8; seq++) await slots.put("busy", "e", seq, entry(clock.now()));
  for (let room = 0; room < 10; room++) {
    expect(await slots.read(`quiet-${room}`, "e", { after: 0, limit: 1 })).toEqual([]);
    expect(await slots.state(`quiet-${room}`)).toEqual({ epoch: "e", oldest: 2, head: 1 });
    expect(await slots.put(`quiet-${room}`, "e", 1, entry(clock.now()))).toBe("taken");
  }
  expect((await slots.state("busy")).oldest).toBe(1);
});
