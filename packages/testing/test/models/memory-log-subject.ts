import { type Retention, UnavailableError } from "@hubbub/core";
import { createMemorySlotStore } from "@hubbub/core/memory";
import { createSlotRoomLog, type SlotStore } from "@hubbub/core/slots";
import { createContractClock } from "../../src/index.ts";
import { createTestRandom } from "../test-random.ts";
import type { LogSubject } from "./log-append.ts";

const MINUTE_MS = 60_000;

/** Retention as applications may have it; the first keeps everything that the tests append. */
export const RETENTIONS: readonly Retention[] = [
  { maxEntries: 1_000, maxAgeMs: 7 * 24 * 60 * MINUTE_MS, minAgeMs: 15 * MINUTE_MS },
  { maxEntries: 3, maxAgeMs: 30 * MINUTE_MS, minAgeMs: MINUTE_MS },
  { maxEntries: 1, maxAgeMs: 1_000, minAgeMs: 0 },
  { maxEntries: Number.POSITIVE_INFINITY, maxAgeMs: MINUTE_MS, minAgeMs: MINUTE_MS },
];

/** Logs over memory slots that fail, list too little and are lost when they are told to. */
export function createMemoryLogSubject(retention: Retention, maxScan = 16): LogSubject {
  const clock = createContractClock();
  const random = createTestRandom();
  let epochs = 0;
  const create = () => createMemorySlotStore({ id: () => `epoch-${epochs++}` });
  let backend = create();
  let failure: "before" | "after" | undefined;
  let hidden: "first" | "last" | undefined;

  const slots: SlotStore = {
    state: (...args) => backend.state(...args),
    trim: async (...args) => backend.trim?.(...args),
    async put(...args) {
      const when = failure;
      failure = undefined;
      if (when === "before") throw new UnavailableError("not stored");
      const result = await backend.put(...args);
      if (when === "after") throw new UnavailableError("stored, but nobody knows");
      return result;
    },
    async read(...args) {
      const which = hidden;
      hidden = undefined;
      const found = await backend.read(...args);
      if (which === undefined) return found;
      return which === "first" ? found.slice(1) : found.slice(0, -1);
    },
  };
  return {
    open: () => createSlotRoomLog(slots, { clock, random, maxScan, retention }),
    now: clock.now,
    advance: clock.advance,
    retention,
    maxScan,
    failNext(when) {
      failure = when;
    },
    hideNext(which) {
      hidden = which;
    },
    lose() {
      backend = create();
    },
  };
}
