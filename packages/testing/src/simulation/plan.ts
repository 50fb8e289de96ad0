import type { Chat } from "@hubbub/core";
import { createSeededRandom } from "../seeded-random.ts";
import { drawFaults, type FaultName, type Faults, fillFaults } from "./fault-rates.ts";
import { GATEWAYS, type GatewayManners, type GatewayName } from "./gateway-manners.ts";

/** Somebody in a simulation. Two may be one user, with the same token or session. */
export interface SimulatedUser {
  /** What the client says hello with. (Default: none) */
  readonly token?: string;
  /** Who it is where the chat does not authenticate. (Default: somebody else) */
  readonly session?: string;
  /** The rooms that it joins and writes to. */
  readonly rooms: readonly string[];
  /** Whether it joins its own inbox. (Default: false) */
  readonly inbox?: boolean;
  /** The ids of the users to whose inboxes it writes. (Default: none) */
  readonly writesTo?: readonly string[];
}

/** What is published: a logged event with its data. */
export interface SimulatedMessage {
  readonly event: string;
  readonly data: unknown;
}

/** One fault at one point, more often than the others. */
export interface Aim {
  /** The call to the outside, such as `store.join`, `slots.put`, `pusher.send`. */
  readonly point: string;
  readonly fault: FaultName;
  readonly rate: number;
  /** Only calls from this place, as `siteOf` names it. (Default: all) */
  readonly site?: string;
}

/** Options of `simulate`. */
export interface SimulateOptions {
  /** Decides everything that is drawn. (Default: 1) */
  readonly seed?: number;
  /** The platform. (Default: "ideal") */
  readonly gateway?: GatewayName | GatewayManners;
  /** `"swarm"` draws them, about one run in ten without any; `"none"` checks that nothing needs repair. (Default: "swarm") */
  readonly faults?: "swarm" | "none" | Partial<Faults>;
  /** Who takes part. (Default: three users, "ada", "bob" and "eve", whose tokens are their names, in "lobby") */
  readonly users?: readonly SimulatedUser[];
  /** How many messages each user publishes. (Default: 8) */
  readonly messages?: number;
  /** Makes a message. (Default: the event "say" with `{ text }`) */
  readonly message?: (turn: { user: number; turn: number; room: string }) => SimulatedMessage;
  /** How long users write and faults strike, in virtual milliseconds. (Default: 30,000; in one run of ten, 120,000) */
  readonly activeMs?: number;
  /** How often somebody leaves a room, or is removed from it, and comes back, or is thrown out for good. (Default: drawn, mostly 0) */
  readonly moves?: number;
  /** How many entries one append looks through for an earlier try. (Default: 256) */
  readonly maxScan?: number;
  /** Strikes one fault at one point. */
  readonly aim?: Aim | undefined;
  /** Called with every line of the trace. (Default: there is none, which is faster) */
  readonly onTrace?: (line: string) => void;
  /** Called by every call to the outside, on the stack of who makes it; what it returns names that place, if a fault strikes. (Default: places have no names) */
  readonly siteOf?: (point: string) => (() => string) | undefined;
  /** Called when a fault strikes a call to the outside, with the name of its place. */
  readonly onFault?: (point: string, fault: FaultName, site: string | undefined) => void;
}

/** What a run is: the options, with what was drawn. */
export interface Plan {
  readonly seed: number;
  readonly gateway: GatewayManners;
  readonly faults: Faults;
  readonly calm: boolean;
  readonly users: readonly SimulatedUser[];
  readonly messages: number;
  readonly message: (turn: { user: number; turn: number; room: string }) => SimulatedMessage;
  readonly activeMs: number;
  /** The longest way through the network, and a backend's longest answer, in milliseconds. */
  readonly latencyMs: number;
  readonly storeMs: number;
  readonly processes: number;
  readonly maxAgeMs: number;
  readonly maxScan: number;
  /** Members that a fan-out reads at once, and pushes that it has under way. */
  readonly pageSize: number;
  readonly concurrency: number;
  readonly hasQueue: boolean;
  /** How long a function has for its work, in milliseconds; Infinity where it is not short of time. */
  readonly hurryMs: number;
  /** Whether a paused writer could wake up after the log has freed its slot. */
  readonly forgetsSoon: boolean;
  /** Whether messages may be lost to a member: the log forgets them, or the application refuses them. */
  readonly mayReset: boolean;
  /** How many entries the log keeps. */
  readonly keeps: number;
  /** How often somebody leaves a room, or is kicked out of it, and comes back. */
  readonly moves: number;
  readonly last: number;
  readonly aim: Aim | undefined;
}

const USERS: readonly SimulatedUser[] = ["ada", "bob", "eve"].map((token) => ({
  token,
  rooms: ["lobby"],
}));
const LONGEST_INVOCATION_MS = 900_000;

/** Fills in the options, and draws what they leave open. */
export function drawPlan(chat: Chat, options: SimulateOptions): Plan {
  const { seed = 1, gateway = "ideal", users = USERS, messages = 8, maxScan = 256 } = options;
  const { message = sayTurn } = options;
  const random = createSeededRandom(Math.imul(seed, 7919) + 1);
  const { faults, calm } = chooseFaults(options, random);
  const manners = typeof gateway === "string" ? GATEWAYS[gateway] : gateway;
  const { minAgeMs, maxEntries } = chat.retention;
  const forgetsSoon = minAgeMs < LONGEST_INVOCATION_MS;
  return {
    ...{ seed, gateway: manners, faults, calm, messages, message },
    users: users.map(({ session, ...user }, index) => ({
      token: session ?? `nobody-${index}`,
      ...user,
    })),
    ...drawManner(random, manners, calm, options.aim),
    ...(options.activeMs === undefined ? {} : { activeMs: options.activeMs }),
    ...(calm ? { moves: 0 } : options.moves === undefined ? {} : { moves: options.moves }),
    // A sender that is further behind is told to read first: no fault, but a repair.
    maxScan: calm ? 256 : maxScan,
    forgetsSoon,
    mayReset: forgetsSoon || chat.definition.authorize !== undefined,
    keeps: maxEntries,
    aim: calm ? undefined : options.aim,
  };
}

const sayTurn: Plan["message"] = ({ user, turn }) => ({
  event: "say",
  data: { text: `${user}-${turn}` },
});

/** Takes the given faults, or draws them; about one run in ten has none. */
function chooseFaults(
  { faults = "swarm" }: SimulateOptions,
  random: () => number,
): Pick<Plan, "faults" | "calm"> {
  const drawn = drawFaults(random);
  const isQuiet = random() < 0.1;
  if (faults === "swarm" && !isQuiet) return { faults: drawn, calm: false };
  if (typeof faults === "string") return { faults: fillFaults({}), calm: true };
  return { faults: fillFaults(faults), calm: false };
}

/** Draws how quick, how big and how restless the platform is. */
function drawManner(
  random: () => number,
  manners: GatewayManners,
  calm: boolean,
  aim: Aim | undefined,
) {
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  const often = (share: number) => random() < share;
  const either = (share: number, few: number, usual: number) => (often(share) ? few : usual);
  const processes = 1 + upTo(3);
  const age = either(0.1, 40_000 + upTo(40_000), manners.maxAgeMs);
  // Only a fan-out that is short of time comes to it; a job of one only if there are pages after its first.
  const isQueueAimedAt = aim?.point === "queue.enqueue";
  const hurryMs = either(isQueueAimedAt ? 1 : 0.15, upTo(300), Number.POSITIVE_INFINITY);
  return {
    activeMs: either(0.1, 120_000, 30_000),
    latencyMs: 5 + upTo(150),
    storeMs: upTo(calm ? 10 : 60),
    processes: manners.host === "process" ? 1 : processes,
    maxAgeMs: calm ? manners.maxAgeMs : age,
    pageSize: either(isQueueAimedAt ? 1 : 0.3, 1 + upTo(1), 1000),
    concurrency: either(0.3, 1 + upTo(1), 64),
    hasQueue: often(isQueueAimedAt ? 1 : 0.5),
    hurryMs: calm ? Number.POSITIVE_INFINITY : hurryMs,
    moves: either(0.3, 1 + upTo(2), 0),
    last: either(0.3, 5, 0),
  };
}
