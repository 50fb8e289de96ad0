import { createMemorySlotStore } from "@hubbub/core/memory";
import type { SlotStore } from "@hubbub/core/slots";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createSlotModel,
  expectOneWinner,
  racingPuts,
  slotCommands,
  startSlots,
} from "./slot-commands.ts";

const timeout = 60_000;

const create = () => createMemorySlotStore({ id: () => "epoch" });

/** Slots each of whose requests begins and ends when it is scheduled. */
function scheduled(slots: SlotStore, scheduler: fc.Scheduler): SlotStore {
  const wait = (label: string) => scheduler.schedule(Promise.resolve(), label);
  return {
    ...slots,
    async state(room) {
      await wait("state");
      return slots.state(room);
    },
    async put(...args) {
      await wait("put");
      const outcome = await slots.put(...args);
      await wait("put answers");
      return outcome;
    },
  };
}

/** Looks whether a slot is free, and then takes it. */
function torn(slots: SlotStore, scheduler: fc.Scheduler): SlotStore {
  const kept = scheduled(slots, scheduler);
  return {
    ...kept,
    async put(room, epoch, seq, entry) {
      const { head } = await kept.state(room);
      await scheduler.schedule(Promise.resolve(), "write");
      if (seq <= head) return "taken";
      await slots.put(room, epoch, seq, entry);
      return "stored";
    },
  };
}

function race(wrap: (slots: SlotStore, scheduler: fc.Scheduler) => SlotStore) {
  return fc.asyncProperty(racingPuts(8), fc.scheduler(), async (commands, scheduler) => {
    const slots = create();
    const real = await startSlots(slots, [wrap(slots, scheduler)]);
    await fc.scheduledModelRun(scheduler, () => ({ model: createSlotModel(), real }), commands);
    await scheduler.waitFor(Promise.all(real.pending));
    await expectOneWinner({ ...real, stores: [slots] });
  });
}

describe("createMemorySlotStore", () => {
  it("does what the model does", { timeout }, () =>
    fc.assert(
      fc.asyncProperty(slotCommands(60), async (commands) => {
        const real = await startSlots(create());
        await fc.asyncModelRun(() => ({ model: createSlotModel(), real }), commands);
      }),
      { numRuns: 300 },
    ),
  );

  it("gives a slot to one of those who put at once", { timeout }, () =>
    fc.assert(race(scheduled), { numRuns: 500 }),
  );

  it("would not pass if a put were two requests", { timeout }, async () => {
    expect((await fc.check(race(torn), { numRuns: 1_000 })).failed).toBe(true);
  });
});
