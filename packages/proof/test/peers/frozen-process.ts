import { type Chat, createHub, type HubGateway, type HubOptions } from "@hubbub/core";

/** A process of the platform: it handles one event, and is then frozen for good. */
export interface FrozenProcess {
  readonly hub: HubGateway;
  freeze(): void;
}

/** How long every call to a backend takes, in milliseconds. */
const CALL_MS = 1;

/**
 * Starts a process over a backend that others share. Once it is frozen, nothing that it began goes on:
 * no call reaches the backend and none returns.
 */
export function startProcess(chat: Chat, options: HubOptions): FrozenProcess {
  const { clock, store, log, pusher } = options;
  let isFrozen = false;
  const never = new Promise<never>(() => {});

  function watch<T extends object>(port: T): T {
    return new Proxy(port, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        return async (...args: unknown[]) => {
          await clock.sleep(CALL_MS);
          if (isFrozen) return never;
          const result: unknown = await Reflect.apply(method, target, args);
          return isFrozen ? never : result;
        };
      },
    });
  }

  const sleep = async (ms: number) => {
    await clock.sleep(ms);
    if (isFrozen) await never;
  };
  const hub = createHub(chat, {
    ...options,
    clock: { now: clock.now, sleep },
    store: watch(store),
    log: watch(log),
    pusher: watch(pusher),
  });
  return {
    hub,
    freeze() {
      isFrozen = true;
    },
  };
}
