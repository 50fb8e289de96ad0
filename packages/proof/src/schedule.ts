import type { Aim, Faults, GatewayName, SimulateOptions } from "@hubbub/testing";
import { GATEWAY_NAMES, GATEWAYS, simulate } from "@hubbub/testing";
import { drawAim } from "./draw-aim.ts";
import { noteCallSite } from "./note-call-site.ts";
import { drawTorture, type Traits } from "./torture-chat.ts";

/** One run, as it can be replayed from the command line. What is absent is drawn from the seed. */
export interface Schedule {
  readonly seed: number;
  readonly gateway?: GatewayName;
  readonly faults?: Partial<Faults>;
  /** How many of the three clients take part. */
  readonly clients?: number;
  readonly messages?: number;
  readonly activeMs?: number;
  /** Whether one fault strikes one point more often, which is drawn as well. (Default: true) */
  readonly aimed?: boolean;
}

/** What a run showed. */
export interface ScheduleReport {
  readonly schedule: Schedule;
  readonly violations: readonly { readonly guarantee: string; readonly message: string }[];
  readonly events: number;
  readonly fingerprint: string;
  /** The faults there were. */
  readonly faults: Faults;
}

/** Listens to a run. */
export type ScheduleListeners = Pick<SimulateOptions, "onTrace" | "onFault" | "siteOf">;

/** Undoes the join of a member whose group can't be joined. */
const UNDO_JOIN = "logged store.leave";

/** Hands on what is left of a job, which only a room of several pages leaves. */
const HAND_ON = "runFanOutJob queue.enqueue";

/** The platform of a seed; where groups are aimed at, or what only they need, one that has them. */
function gatewayOf({ seed, gateway }: Schedule, aim: Aim | undefined): GatewayName {
  const needsGroups = aim?.point.startsWith("groups.") || aim?.site === UNDO_JOIN;
  const names = GATEWAY_NAMES.filter((name) => !needsGroups || GATEWAYS[name].groups);
  return gateway ?? names[seed % names.length] ?? "ideal";
}

/** Runs one schedule. The same schedule does the same, in every process. */
export async function runSchedule(
  schedule: Schedule,
  listeners: ScheduleListeners = {},
): Promise<ScheduleReport> {
  const { seed, faults, clients, messages } = schedule;
  const aim = drawAim(schedule);
  const siteOf = (point: string) => (point === aim?.point ? noteCallSite(point) : undefined);
  const { chat, users, maxScan } = drawTorture(seed, traitsFor(aim?.point));
  const activeMs = schedule.activeMs ?? ACTIVE_MS.get(aim?.point ?? "");
  const report = await simulate(chat, {
    seed,
    gateway: gatewayOf(schedule, aim),
    users: (aim?.site === HAND_ON ? [...users, ...users, ...users] : users).slice(0, clients),
    maxScan,
    aim,
    siteOf,
    ...(faults ? { faults } : {}),
    ...(messages === undefined ? {} : { messages }),
    ...(activeMs === undefined ? {} : { activeMs }),
    ...(MOVES.includes(aim?.point) ? { moves: 8 } : {}),
    ...listeners,
  });
  return { schedule, ...report };
}

const ACTIVE_MS: ReadonlyMap<string, number> = new Map([
  ["store.touch", 120_000], // A lease is renewed once half of it is gone.
  ["clock.sleep", 3000], // Many who write at once: an append waits after its second lost race.
]);

/** The traits of the chats that make a call at all, or at one more place. */
function traitsFor(point = ""): Partial<Traits> {
  if (["slots.trim", "slots.read", "slots.state"].includes(point)) return { forgets: true };
  return point === "store.count" ? { presence: "counted" } : {};
}

// Calls that somebody's leaving makes, only or at one more place.
const MOVES: readonly (string | undefined)[] = [
  "store.leave",
  "groups.leave",
  "store.connectionsOf",
  "pusher.close",
  "pusher.send",
  "store.get",
];
