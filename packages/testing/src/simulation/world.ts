import { createSeededRandom } from "../seeded-random.ts";
import { createVirtualClock, type VirtualClock } from "../virtual-clock.ts";
import type { FaultName } from "./fault-rates.ts";
import type { Plan, SimulateOptions } from "./plan.ts";

/** A broken promise. */
export interface Violation {
  /** What was promised, as `docs/reliability.md` numbers it. */
  readonly guarantee: string;
  readonly message: string;
}

/** Names the place that makes a call to the outside. */
export type CallSite = (() => string) | undefined;

/** Time, chance and a memory: what every part of a run shares. */
export interface World {
  readonly plan: Plan;
  readonly clock: VirtualClock;
  /** Draws for all that is no fault. */
  readonly random: () => number;
  /** Draws whether a fault strikes here and now; never while the world heals. */
  strikes(fault: FaultName): boolean;
  /** What names the place that makes a call to the outside, if anybody wants to know. */
  siteOf(point: string): CallSite;
  /** The same as `strikes` for a call to the outside, which may be aimed at. */
  strikesAt(point: string, fault: FaultName, site: CallSite): boolean;
  /** Whether a call to the outside was struck at any time so far. */
  wasStruck(point: string): boolean;
  /** A time for something to be late, over before the world heals. */
  lateMs(most: number): number;
  /** A usual way through the network, in whole milliseconds as real clocks have them. */
  wayMs(): number;
  id(): string;
  heal(): void;
  readonly healing: boolean;
  /** Notes what happens, if anybody wants to read it. */
  trace(line: () => string): void;
  /** Notes what must not have happened. */
  violated(guarantee: string, message: string): void;
  readonly violations: readonly Violation[];
  /** Stands for all that was drawn and when it happened: the same for the same run. */
  fingerprint(): string;
}

/** Creates the world of one run. */
export function createWorld(plan: Plan, options: SimulateOptions): World {
  const { faults, aim, activeMs } = plan;
  const { onTrace, onFault, siteOf = () => undefined } = options;
  const clock = createVirtualClock();
  const startAt = clock.now();
  const healAt = startAt + activeMs;
  const violations: Violation[] = [];
  const random = createSeededRandom(plan.seed);
  // Each fault has draws of its own, so that leaving one out changes nothing for the others.
  const streams = new Map<string, () => number>();
  const struckPoints = new Set<string>();
  let ids = 0;
  let mixed = 0;
  let healing = false;

  const mix = (value: number) => {
    mixed = (Math.imul(mixed ^ value, 0x01000193) + clock.now()) | 0;
  };
  const draw = (fault: FaultName, rate: number) => {
    if (healing || rate <= 0) return false;
    let stream = streams.get(fault);
    if (!stream) {
      stream = createSeededRandom(plan.seed * 31 + hash(fault));
      streams.set(fault, stream);
    }
    const struck = stream() < rate;
    mix(struck ? 1 : 2);
    return struck;
  };

  return {
    plan,
    clock,
    random,
    strikes: (fault) => draw(fault, faults[fault]),
    siteOf,
    strikesAt(point, fault, site) {
      const isMeant = aim?.point === point && aim.fault === fault;
      const aimed = isMeant && (aim.site === undefined || aim.site === site?.());
      const struck = draw(fault, aimed ? aim.rate : faults[fault]);
      if (struck) {
        struckPoints.add(point);
        onFault?.(point, fault, site?.());
      }
      return struck;
    },
    wasStruck: (point) => struckPoints.has(point),
    lateMs: (most) => Math.max(0, Math.min(Math.floor(random() * most), healAt - clock.now())),
    wayMs: () => 1 + Math.floor(random() * plan.latencyMs),
    id() {
      mix(3);
      return `id-${plan.seed}-${++ids}`;
    },
    heal() {
      healing = true;
    },
    get healing() {
      return healing;
    },
    trace(line) {
      onTrace?.(`${((clock.now() - startAt) / 1000).toFixed(3)} ${line()}`);
    },
    violated(guarantee, message) {
      violations.push({ guarantee, message });
      onTrace?.(`VIOLATION ${guarantee}: ${message}`);
    },
    violations,
    fingerprint() {
      mix(Math.floor(random() * 2 ** 31));
      return `${(mixed >>> 0).toString(16)}-${clock.firedTimers}`;
    },
  };
}

function hash(text: string): number {
  let value = 0;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value;
}
