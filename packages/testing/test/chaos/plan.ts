import { createSeededRandom } from "../../src/index.ts";

/** What can go wrong at any time. */
const FAULTS = {
  pushLost: 0.4,
  pushDelayed: 0.3,
  pushDoubled: 0.3,
  pushThrottled: 0.2,
  pushRejected: 0.2,
  replyLost: 0.25,
  replyDelayed: 0.3,
  messageLost: 0.1,
  messageDelayed: 0.3,
  messageDoubled: 0.3,
  connectRefused: 0.4,
  failBefore: 0.1,
  failAfter: 0.1,
  crash: 0.03,
  freeze: 0.3,
} as const;

export type Fault = keyof typeof FAULTS;

/** One seed's world: which faults it has, how often, and what kind of platform it is. */
export interface Plan {
  readonly seed: number;
  readonly random: () => number;
  /** No fault at all: then nothing may be repaired, either. */
  readonly calm: boolean;
  readonly rates: Readonly<Record<Fault, number>>;
  readonly activeMs: number;
  readonly kills: number;
  /** How often the backend comes back with an empty log. */
  readonly restarts: number;
  /** The network's longest way, and the backend's longest answer, in milliseconds. */
  readonly latencyMs: number;
  readonly backendMs: number;
  readonly instances: number;
  /** An instance handles several messages at once. */
  readonly shared: boolean;
  readonly groups: boolean;
  /** Pushes to a dead connection are taken for sent. */
  readonly deaf: boolean;
  readonly skewMs: number;
  readonly trims: boolean;
  readonly maxScan: number;
  readonly maxAgeMs: number | undefined;
  readonly strict: boolean;
  readonly smallReplies: boolean;
  readonly deadlines: boolean;
  /** Whether the chat shows who is there. */
  readonly presence: boolean;
  /** Two of the clients are one user. */
  readonly twins: boolean;
  readonly last: number;
  /** Whether somebody leaves a room and comes back. */
  readonly leaves: boolean;
}

/** Draws a plan: each seed has faults of its own, so that no fault hides behind another. */
export function drawPlan(seed: number): Plan {
  const random = createSeededRandom(seed * 7919 + 1);
  const calm = random() < 0.1;
  const maybe = (share: number) => !calm && random() < share;
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  const rates = Object.fromEntries(
    Object.entries(FAULTS).map(([fault, most]) => [fault, maybe(0.35) ? random() * most : 0]),
  ) as Record<Fault, number>;
  return {
    seed,
    random,
    calm,
    rates,
    activeMs: 120_000 + upTo(480_000),
    kills: maybe(0.5) ? 1 + upTo(12) : 0,
    restarts: maybe(0.15) ? 1 + upTo(2) : 0,
    latencyMs: 5 + upTo(150),
    backendMs: upTo(calm ? 10 : 60),
    instances: 1 + upTo(3),
    shared: random() < 0.5,
    groups: random() < 0.3,
    deaf: maybe(0.3),
    skewMs: maybe(0.4) ? 5000 : 0,
    trims: maybe(0.2),
    maxScan: maybe(0.3) ? 1 + upTo(6) : 256,
    maxAgeMs: maybe(0.2) ? 60_000 + upTo(60_000) : undefined,
    strict: maybe(0.15),
    smallReplies: maybe(0.2),
    deadlines: maybe(0.3),
    twins: maybe(0.2),
    last: random() < 0.3 ? 5 : 0,
    leaves: maybe(0.3),
    presence: random() > 0.1,
  };
}
