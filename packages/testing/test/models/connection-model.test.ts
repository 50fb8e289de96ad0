import type { ConnectionStore } from "@hubbub/core";
import { createMemoryConnectionStore } from "@hubbub/core/memory";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createContractClock } from "../../src/index.ts";
import { type ConnectionSubject, connectionCommands } from "./connection-commands.ts";
import { createConnectionModel } from "./connection-model.ts";
import { isLinear, race, type Schedule } from "./connection-race.ts";

const timeout = 60_000;
const DAY_MS = 24 * 60 * 60 * 1000;

function createSubject(): ConnectionSubject {
  const clock = createContractClock();
  const store = createMemoryConnectionStore({ clock });
  return { stores: [store], now: clock.now, advance: clock.advance, tombstoneMs: DAY_MS };
}

/** A store each of whose operations is one request, which begins and ends when the test says so. */
function scheduled(store: ConnectionStore, schedule: Schedule): ConnectionStore {
  return new Proxy(store, {
    get: (target, key) => {
      const method: unknown = Reflect.get(target, key);
      if (typeof method !== "function") return method;
      return async (...args: unknown[]) => {
        const result: unknown = await schedule(String(key), () =>
          Reflect.apply(method, target, args),
        );
        return schedule(`${String(key)} answers`, () => result);
      };
    },
  });
}

describe("createMemoryConnectionStore", () => {
  it("does what the model does, whatever happens in whatever order", { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(connectionCommands(50), async (commands) => {
        const real = createSubject();
        const model = createConnectionModel(real.now());
        await fc.asyncModelRun(() => ({ model, real }), commands);
      }),
      { numRuns: 200 },
    );
  });

  it("ends a race as one order of what was done would have", { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(race, fc.scheduler(), async (input, scheduler) => {
        const create = (schedule: Schedule) => {
          const clock = createContractClock();
          const store = createMemoryConnectionStore({ clock });
          return {
            stores: [scheduled(store, schedule), scheduled(store, schedule)],
            now: clock.now,
          };
        };
        expect(await isLinear(create, input, scheduler)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("would not pass the race with a touch of two requests", { timeout }, async () => {
    const outcome = fc.check(
      fc.asyncProperty(race, fc.scheduler(), async (input, scheduler) => {
        const create = (schedule: Schedule) => {
          const clock = createContractClock();
          const store = createMemoryConnectionStore({ clock });
          const torn: ConnectionStore = {
            ...scheduled(store, schedule),
            ...scheduled(
              {
                ...store,
                // Looks whether it is open, and then writes it again with what it has read.
                async touch(id, expiresAt) {
                  const row = await schedule("read", () => store.get(id));
                  if (!row) return false;
                  const until = Math.max(expiresAt, row.expiresAt);
                  await schedule("write", () => store.open({ ...row, expiresAt: until }));
                  return true;
                },
              },
              schedule,
            ),
          };
          return { stores: [torn, torn], now: clock.now };
        };
        return isLinear(create, input, scheduler);
      }),
      { numRuns: 2_000 },
    );
    expect((await outcome).failed).toBe(true);
  });
});
