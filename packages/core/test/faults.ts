/** When a planned fault strikes: the effect did not happen, or it did and only the answer was lost. */
type Moment = "before" | "after";

/** Makes calls of ports fail when a test says so, and remembers every call. */
export interface Faults {
  /** Every call so far, as `port.method`. */
  readonly calls: string[];
  /** The next `times` calls of `port.method` reject. */
  fail(call: string, moment: Moment, error?: unknown, times?: number): void;
  /** Calls of `port.method` wait until the returned function is called. */
  hold(call: string): () => void;
  /** A port whose calls can fail. */
  wrap<T extends object>(port: string, target: T): T;
}

interface Plan {
  moment: Moment;
  error: unknown;
  times: number;
}

/** Creates faults; nothing fails before a test plans it. */
export function createFaults(defaultError: () => unknown): Faults {
  const calls: string[] = [];
  const plans = new Map<string, Plan>();
  const gates = new Map<string, Promise<void>>();

  function strikes(call: string, moment: Moment): boolean {
    const plan = plans.get(call);
    if (plan?.moment !== moment) return false;
    plan.times--;
    if (plan.times === 0) plans.delete(call);
    return true;
  }

  async function run(call: string, effect: () => unknown): Promise<unknown> {
    calls.push(call);
    await gates.get(call);
    const { error } = plans.get(call) ?? {};
    if (strikes(call, "before")) throw error;
    const result = await effect();
    if (strikes(call, "after")) throw error;
    return result;
  }

  return {
    calls,
    fail: (call, moment, error = defaultError(), times = 1) =>
      void plans.set(call, { moment, error, times }),
    hold(call) {
      let open = () => {};
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      gates.set(call, gate);
      return () => {
        gates.delete(call);
        open();
      };
    },
    wrap: (port, target) =>
      new Proxy(target, {
        get(object, key) {
          const value: unknown = Reflect.get(object, key);
          if (typeof value !== "function") return value;
          const method = (...args: unknown[]) => Reflect.apply(value, object, args);
          return (...args: unknown[]) => run(`${port}.${String(key)}`, () => method(...args));
        },
      }),
  };
}
