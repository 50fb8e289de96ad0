import { createHub, type HubGateway, UnavailableError } from "@hubbub/core";
import { createSlotRoomLog } from "@hubbub/core/slots";
import type { Backend } from "./backend.ts";
import { type ChaosChat, RETENTION } from "./chaos-chat.ts";
import type { Gateway } from "./gateway.ts";
import type { World } from "./world.ts";

/** One process of the platform. */
export interface Instance {
  readonly hub: HubGateway;
  busy: number;
  readonly dead: boolean;
  /** From now on none of its calls settles. */
  die(): void;
  freeze(): void;
  thaw(): void;
}

type Call = () => Promise<unknown>;

const never = new Promise<never>(() => {});

/** Starts a process with its own clock, head hints and limiters. */
export function createInstance(
  world: World,
  chat: ChaosChat,
  backend: Backend,
  gateway: Gateway,
  onDeath: () => void,
): Instance {
  const { clock, random, plan, strikes } = world;
  const skew = Math.round((random() * 2 - 1) * plan.skewMs);
  let dead = false;
  let frozen: Promise<void> | undefined;
  let melt = () => {};
  const die = () => {
    dead = true;
    onDeath();
  };
  const awake = async () => {
    while (frozen !== undefined) await frozen;
    if (dead) await never;
  };
  const crashes = async (name: string) => {
    if (!strikes("crash")) return;
    world.trace(() => `crash at ${name}`);
    die();
    await never;
  };
  const guard = async (name: string, call: Call, fails: boolean): Promise<unknown> => {
    await awake();
    await crashes(name);
    if (plan.backendMs > 0) await clock.sleep(random() * plan.backendMs);
    await awake();
    if (fails && strikes("failBefore")) throw new UnavailableError(`before ${name}`);
    const result = await call();
    if (fails && strikes("failAfter")) throw new UnavailableError(`after ${name}`);
    await crashes(name);
    await awake();
    return result;
  };
  const wrap = <T extends object>(port: string, target: T, fails: boolean): T =>
    new Proxy(target, {
      get(object, key) {
        const value: unknown = Reflect.get(object, key);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) =>
          guard(`${port}.${String(key)}`, async () => Reflect.apply(value, object, args), fails);
      },
    });
  const logger = {
    error(message: string, details: Record<string, unknown> = {}) {
      world.trace(() => `error: ${message} ${details.error}`);
      const { error } = details;
      const planned = error instanceof UnavailableError || /planned/.test(`${error}`);
      if (plan.calm || !planned) world.violations.push(`logged: ${message} ${error}`);
    },
    warn(message: string, details: Record<string, unknown> = {}) {
      world.trace(() => `warn: ${message} ${details.error}`);
      if (plan.calm) world.violations.push(`logged: ${message} ${details.error}`);
    },
  };
  const ports = {
    clock: {
      now: () => clock.now() + skew,
      sleep: (ms: number) => clock.sleep(ms).then(awake),
    },
    random,
    id: world.id,
    logger,
  };
  const { groups } = gateway.pusher;
  const hub = createHub(chat, {
    ...ports,
    store: wrap("store", backend.store, true),
    log: createSlotRoomLog(wrap("slots", backend.slots, true), {
      ...ports,
      retention: plan.trims ? RETENTION : {},
      maxScan: plan.maxScan,
    }),
    pusher: {
      ...wrap("pusher", gateway.pusher, false),
      send: (id, text) =>
        guard("pusher.send", () => gateway.pusher.send(id, text), false) as ReturnType<
          typeof gateway.pusher.send
        >,
      close: (...args) =>
        guard("pusher.close", () => gateway.pusher.close(...args), false) as Promise<void>,
      ...(groups ? { groups: wrap("groups", groups, true) } : {}),
    },
    maxAgeMs: plan.maxAgeMs,
  });
  return {
    hub: hub as unknown as HubGateway,
    busy: 0,
    get dead() {
      return dead;
    },
    die,
    freeze() {
      frozen ??= new Promise((resolve) => {
        melt = resolve;
      });
    },
    thaw() {
      frozen = undefined;
      melt();
    },
  };
}
