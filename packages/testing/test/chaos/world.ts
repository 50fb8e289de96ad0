import { createVirtualClock, type VirtualClock } from "../../src/index.ts";
import { drawPlan, type Fault, type Plan } from "./plan.ts";

type WorldClock = Pick<VirtualClock, "now" | "sleep" | "setTimer" | "advance">;

/** Time, chance and a memory: what every part of a run shares. */
export interface World {
  readonly plan: Plan;
  readonly clock: WorldClock;
  readonly random: () => number;
  /** Draws whether a fault strikes here and now; never while the world heals. */
  strikes(fault: Fault): boolean;
  /** A time for something to be late, over before the world heals. */
  lateMs(most: number): number;
  /** A usual way through the network. */
  wayMs(): number;
  id(): string;
  heal(): void;
  readonly healing: boolean;
  /** Notes what happens, if anybody wants to read it. */
  trace(line: () => string): void;
  /** What must not have happened. */
  readonly violations: string[];
}

/** Creates the world of one seed. */
export function createWorld(seed: number, lines?: string[]): World {
  const plan = drawPlan(seed);
  const { random } = plan;
  const exact = createVirtualClock({ drainRounds: 80 });
  // Whole milliseconds, as real clocks and timers have them.
  const clock: WorldClock = {
    now: exact.now,
    advance: exact.advance,
    sleep: (ms) => exact.sleep(Math.ceil(ms)),
    setTimer: (ms, fn) => exact.setTimer(Math.ceil(ms), fn),
  };
  const startAt = clock.now();
  const healAt = startAt + plan.activeMs;
  let ids = 0;
  let healing = false;
  return {
    plan,
    clock,
    random,
    strikes: (fault) => !healing && plan.rates[fault] > 0 && random() < plan.rates[fault],
    lateMs: (most) => Math.max(0, Math.min(random() * most, healAt - clock.now())),
    wayMs: () => 1 + random() * plan.latencyMs,
    id: () => `id-${seed}-${++ids}`,
    heal() {
      healing = true;
    },
    get healing() {
      return healing;
    },
    trace: (line) => void lines?.push(`${((clock.now() - startAt) / 1000).toFixed(3)} ${line()}`),
    violations: [],
  };
}
