import {
  type Chat,
  createHub,
  type FanOutQueue,
  type HubGateway,
  type Logger,
  type Pusher,
  UnavailableError,
} from "@hubbub/core";
import { createSlotRoomLog } from "@hubbub/core/slots";
import type { Backend } from "./backend.ts";
import { createGuard, type ProcessLife } from "./create-guard.ts";
import type { Gateway } from "./gateway.ts";

import { guardPusher, guardSlots, guardStore } from "./guarded-ports.ts";
import type { ProcessWatch } from "./process-watch.ts";
import type { World } from "./world.ts";

/** One process of the platform, with a clock, head hints and limiters of its own. */
export interface Process {
  readonly hub: HubGateway;
  /** What an adapter in this process would answer with. */
  readonly pusher: Pusher;
  /** How many invocations it handles. */
  busy: number;
  readonly alive: boolean;
  /** From now on none of its calls settles. */
  die(): void;
  /** Its calls go on only once it is thawed. */
  freeze(): void;
  thaw(): void;
  /** Called when it dies, until the answered function is called. */
  onDeath(listener: () => void): () => void;
}

/** Starts a process. */
export function createProcess(
  world: World,
  chat: Chat,
  backend: Backend,
  gateway: Gateway,
  queue: FanOutQueue | undefined,
  watch: ProcessWatch,
): Process {
  const { clock, random, plan } = world;
  const skew = Math.round((random() * 2 - 1) * plan.faults.skewMs);
  const listeners = new Set<() => void>();
  let alive = true;
  let frozen: Promise<void> | undefined;
  let melt = () => {};

  const life: Omit<Process, "hub" | "pusher"> & ProcessLife = {
    busy: 0,
    get alive() {
      return alive;
    },
    get frozen() {
      return frozen;
    },
    die() {
      if (!alive) return;
      alive = false;
      for (const listener of listeners) listener();
    },
    freeze() {
      frozen ??= new Promise((resolve) => {
        melt = resolve;
      });
    },
    thaw() {
      frozen = undefined;
      melt();
    },
    onDeath(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };

  const guard = createGuard(world, life);
  const ports = {
    clock: {
      now: () => clock.now() + skew,
      sleep: guard("clock.sleep", (ms: number) => clock.sleep(Math.ceil(ms)), { mayFail: false }),
    },
    random,
    id: world.id,
    logger: createLogger(world),
  };
  const pusher = guardPusher(gateway.pusher, guard);
  const hub = createHub(chat, {
    ...ports,
    store: watch.watchStore(guardStore(backend.store, guard)),
    log: createSlotRoomLog(guardSlots(world, backend.slots, guard), {
      ...ports,
      retention: chat.retention,
      maxScan: plan.maxScan,
    }),
    pusher: watch.watchPusher(pusher),
    queue:
      queue &&
      watch.watchQueue({ enqueue: guard("queue.enqueue", queue.enqueue, { mayFail: true }) }),
    pageSize: plan.pageSize,
    concurrency: plan.concurrency,
    maxAgeMs: Number.isFinite(plan.maxAgeMs) ? plan.maxAgeMs : undefined,
  });
  return Object.assign(life, { hub: watch.watchHub(hub), pusher });
}

/** What is logged must come from a planned fault; without faults nothing is. */
function createLogger({ plan, trace, violated }: World): Logger {
  return {
    error(message: string, details: Record<string, unknown> = {}) {
      const { error } = details;
      trace(() => `error: ${message} ${error}`);
      const planned = error instanceof UnavailableError || /planned/.test(`${error}`);
      if (plan.calm || !planned) violated("calm", `logged: ${message} ${error}`);
    },
    warn(message: string, details: Record<string, unknown> = {}) {
      trace(() => `warn: ${message} ${details.error}`);
      if (plan.calm) violated("calm", `logged: ${message} ${details.error}`);
    },
  };
}
