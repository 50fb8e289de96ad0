import type { Aim, FaultName } from "@hubbub/testing";
import { createSeededRandom, FAULT_POINTS } from "@hubbub/testing";
import type { Schedule } from "./schedule.ts";

/** How often a place is aimed at, and how often it is struck then. */
interface Weight {
  /** How many times as many runs aim at it as at another. */
  readonly times: number;
  /** The least share of its calls that is struck; the most is as much again, and 0.3. */
  readonly share: number;
}

const OFTEN: Weight = { times: 1, share: 0.05 };
const rarely = (times: number): Weight => ({ times, share: 0.3 });

/** Every place in core that calls the outside. */
const WEIGHTS: Readonly<Record<string, Weight>> = {
  "append clock.sleep": rarely(8),
  "broadcast groups.broadcast": OFTEN,
  "dropConnection groups.leave": rarely(4),
  "dropConnection store.close": OFTEN,
  "endMembership groups.leave": rarely(2),
  "endMembership store.leave": rarely(2),
  "fanOut clock.sleep": rarely(3),
  "fanOutMessage queue.enqueue": rarely(8),
  "handleHello store.open": OFTEN,
  "joinGroup groups.join": OFTEN,
  "kick store.connectionsOf": rarely(4),
  "kick store.get": rarely(4),
  "kickOut pusher.close": rarely(9),
  "logged store.leave": rarely(16),
  "push clock.sleep": OFTEN,
  "push pusher.send": OFTEN,
  "put slots.put": OFTEN,
  "read store.members": OFTEN,
  "readPresence store.count": rarely(1),
  "readPresence store.members": OFTEN,
  "readSlots slots.read": OFTEN,
  "refresh slots.state": OFTEN,
  "renewLease store.touch": rarely(5),
  "runFanOutJob queue.enqueue": rarely(4),
  "scanSlots slots.read": OFTEN,
  "startMembership store.join": OFTEN,
  "tell pusher.send": rarely(7),
  "transport store.get": OFTEN,
  "trimSlots slots.read": rarely(7),
  "trimSlots slots.state": rarely(8),
  "trimSlots slots.trim": rarely(8),
};

/** Every place that calls the outside, with the faults that may strike it. */
export const CALL_SITES: readonly { site: string; point: string; faults: readonly FaultName[] }[] =
  Object.keys(WEIGHTS).map((site) => {
    const point = site.slice(site.indexOf(" ") + 1);
    const faults = FAULT_POINTS.find((one) => one.point === point)?.faults ?? [];
    return { site, point, faults };
  });

const TARGETS = CALL_SITES.flatMap(({ site, point, faults }) => {
  const { times, share } = WEIGHTS[site] ?? OFTEN;
  const targets = faults.map((fault) => ({ site, point, fault, share }));
  return Array.from({ length: times }, () => targets).flat();
});

/** Draws a place and a fault in every other run, so that rare calls meet every fault, too. */
export function drawAim({ seed, aimed = true }: Schedule): Aim | undefined {
  const random = createSeededRandom(seed ^ 0xa13);
  if (!aimed || random() < 0.5) return undefined;
  const target = TARGETS[Math.floor(random() * TARGETS.length)];
  if (!target) return undefined;
  const { share, ...aim } = target;
  return { ...aim, rate: share + (share + 0.3) * random() };
}
