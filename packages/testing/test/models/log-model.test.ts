import { createMemoryRoomLog } from "@hubbub/core/memory";
import fc from "fast-check";
import { describe, it } from "vitest";
import { createContractClock } from "../../src/index.ts";
import { createTestRandom } from "../test-random.ts";
import type { LogSubject } from "./log-append.ts";
import { logCommands, startLogModel } from "./log-commands.ts";
import { createMemoryLogSubject, RETENTIONS } from "./memory-log-subject.ts";

const timeout = 60_000;

async function assertModel(create: (index: number) => LogSubject, instances: number) {
  const retention = fc.nat(RETENTIONS.length - 1);
  await fc.assert(
    fc.asyncProperty(retention, logCommands(40), async (index, commands) => {
      const start = await startLogModel(create(index), instances);
      await fc.asyncModelRun(() => start, commands);
    }),
    { numRuns: 120 },
  );
}

const retentionOf = (index: number) => RETENTIONS[index] ?? RETENTIONS[0];

describe("createSlotRoomLog over memory slots", () => {
  const create = (index: number) => {
    const retention = retentionOf(index);
    if (!retention) throw new Error("no retention");
    return createMemoryLogSubject(retention);
  };

  it("does what the model does", { timeout }, () => assertModel(create, 1));

  it("does what the model does in three processes at once", { timeout }, () =>
    assertModel(create, 3),
  );
});

describe("createMemoryRoomLog", () => {
  it("does what the model does", { timeout }, () =>
    assertModel((index) => {
      const retention = retentionOf(index);
      if (!retention) throw new Error("no retention");
      const clock = createContractClock();
      const log = createMemoryRoomLog({
        clock,
        random: createTestRandom(),
        id: () => "epoch",
        maxScan: 16,
        retention,
      });
      return { open: () => log, now: clock.now, advance: clock.advance, retention, maxScan: 16 };
    }, 1),
  );
});
