import type { RoomLog } from "@hubbub/core";
import { createMemorySlotStore } from "@hubbub/core/memory";
import type { SlotStore } from "@hubbub/core/slots";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectOrder, logRace } from "./log-race.ts";

const timeout = 60_000;
const create = () => createMemorySlotStore({ id: () => "epoch" });

function property(slots: () => SlotStore, spoil?: (log: RoomLog) => RoomLog) {
  return fc.asyncProperty(logRace, fc.scheduler(), (race, scheduler) =>
    expectOrder(slots(), race, scheduler, spoil),
  );
}

describe("writers of one room at once", () => {
  it("store every message once and in one order", { timeout }, () =>
    fc.assert(property(create), { numRuns: 1_000 }),
  );

  it.each<[string, () => SlotStore, ((log: RoomLog) => RoomLog)?]>([
    [
      "slots are overwritten",
      () => {
        const slots = create();
        return { ...slots, put: async (...args) => (await slots.put(...args)) && "stored" };
      },
    ],
    [
      "a failed append is repeated blindly",
      create,
      (log) => ({
        ...log,
        append: (room, entry, position) =>
          log.append(room, entry, position).catch(() => log.append(room, entry)),
      }),
    ],
    [
      "the position is moved to the head",
      create,
      (log) => ({
        ...log,
        append: async (room, entry) => {
          const { epoch, head: after } = await log.head(room);
          return log.append(room, entry, { epoch, after });
        },
      }),
    ],
  ])("would not if %s", { timeout }, async (_, slots, spoil) => {
    const outcome = await fc.check(property(slots, spoil), { numRuns: 2_000, endOnFailure: true });
    expect(outcome.failed).toBe(true);
  });
});
