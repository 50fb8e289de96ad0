import type { FaultName, Faults, GatewayName, SimulateOptions } from "@hubbub/testing";
import { createSeededRandom, FAULT_POINTS, GATEWAY_NAMES, simulate } from "@hubbub/testing";
import { drawTorture } from "./torture-chat.ts";

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
export type ScheduleListeners = Pick<SimulateOptions, "onTrace" | "onFault">;

/** The platform of a seed. */
function gatewayOf({ seed, gateway }: Schedule): GatewayName {
  return gateway ?? GATEWAY_NAMES[seed % GATEWAY_NAMES.length] ?? "ideal";
}

/** Runs one schedule. The same schedule does the same, in every process. */
export async function runSchedule(
  schedule: Schedule,
  listeners: ScheduleListeners = {},
): Promise<ScheduleReport> {
  const { seed, faults, clients, messages } = schedule;
  const { chat, users, maxScan } = drawTorture(seed);
  const aim = drawAim(schedule);
  // A lease is renewed once half of it is gone.
  const activeMs = schedule.activeMs ?? (aim?.point === "store.touch" ? 120_000 : undefined);
  const report = await simulate(chat, {
    seed,
    gateway: gatewayOf(schedule),
    users: users.slice(0, clients),
    maxScan,
    aim,
    ...(faults ? { faults } : {}),
    ...(messages === undefined ? {} : { messages }),
    ...(activeMs === undefined ? {} : { activeMs }),
    ...listeners,
  });
  return { schedule, ...report };
}

/** Draws a point and a fault in every other run, so that rare calls meet every fault, too. */
function drawAim({ seed, aimed = true }: Schedule): SimulateOptions["aim"] {
  const random = createSeededRandom(seed ^ 0xa13);
  if (!aimed || random() < 0.5) return undefined;
  const pairs = FAULT_POINTS.flatMap(({ point, faults }) =>
    faults.map((fault) => ({ point, fault })),
  );
  const pair: { point: string; fault: FaultName } | undefined =
    pairs[Math.floor(random() * pairs.length)];
  return pair && { ...pair, rate: 0.05 + 0.4 * random() };
}
