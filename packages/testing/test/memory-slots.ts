import { type RoomLog, UnavailableError } from "@hubbub/core";
import { createMemorySlotStore } from "@hubbub/core/memory";
import { createSlotRoomLog, type SlotRoomLogOptions, type SlotStore } from "@hubbub/core/slots";
import { type ContractClock, createContractClock } from "../src/contract-clock.ts";
import { type CountingMeter, createCountingMeter } from "../src/counting-meter.ts";
import { createTestRandom } from "./test-random.ts";

/** Memory logs that can fail, be reopened and be changed for the worse. */
export interface MemoryLogs {
  readonly clock: ContractClock;
  readonly meter: CountingMeter;
  createLog(retention?: SlotRoomLogOptions["retention"]): RoomLog;
  reopen(log: RoomLog): RoomLog;
  failNext(when: "before" | "after"): void;
  hideNext(which: "first" | "last"): void;
}

/** @param spoil Changes the slots of every log. (Default: they stay right) */
export function createMemoryLogs(
  spoil: (slots: SlotStore) => SlotStore = (slots) => slots,
  maxScan = 256,
): MemoryLogs {
  const clock = createContractClock();
  const meter = createCountingMeter();
  const random = createTestRandom();
  const backends = new WeakMap<RoomLog, () => RoomLog>();
  let failure: "before" | "after" | undefined;
  let hidden: "first" | "last" | undefined;
  let ids = 0;

  const failing = (slots: SlotStore): SlotStore => ({
    ...slots,
    async put(...args) {
      const when = failure;
      failure = undefined;
      if (when === "before") throw new UnavailableError("not stored");
      const result = await slots.put(...args);
      if (when === "after") throw new UnavailableError("stored, but nobody knows");
      return result;
    },
    async read(...args) {
      const which = hidden;
      hidden = undefined;
      const found = await slots.read(...args);
      if (which === undefined) return found;
      return which === "first" ? found.slice(1) : found.slice(0, -1);
    },
  });

  const open = (slots: SlotStore, retention: SlotRoomLogOptions["retention"]): RoomLog => {
    const log = createSlotRoomLog(slots, { clock, random, maxScan, retention });
    backends.set(log, () => open(slots, retention));
    return log;
  };

  return {
    clock,
    meter,
    createLog: (retention) =>
      open(spoil(failing(createMemorySlotStore({ id: () => `epoch-${ids++}`, meter }))), retention),
    reopen: (log) => backends.get(log)?.() ?? log,
    failNext(when) {
      failure = when;
    },
    hideNext(which) {
      hidden = which;
    },
  };
}
