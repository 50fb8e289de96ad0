import { drawDelay } from "../../shared/delay-range.ts";
import { sleep } from "../../shared/local-clock.ts";
import type { WorkTracker } from "../../shared/work-tracker.ts";
import { callScfFunction } from "./call-scf-function.ts";
import type { TencentGatewayCounts } from "./gateway-counts.ts";
import type { TencentGatewayEvent } from "./gateway-events.ts";
import type { ResolvedTencentGatewayOptions } from "./resolve-gateway-options.ts";
import { createScfContext, type ScfFunction } from "./scf-function.ts";

/** The three functions behind a gateway. */
type FunctionName = "register" | "transport" | "cleanup";

/** What became of an invocation; `failed` is what API Gateway calls a non-200. */
type Outcome =
  | { type: "returned"; value: unknown }
  | { type: "failed" }
  | { type: "timed-out" }
  /** It never began: the faults lost it, or the gateway has been closed. */
  | { type: "lost" };

/** Calls the functions as the gateway does. */
export interface Invoker {
  /** Calls a function as often and as late as the faults say; answers the first's outcome. Never rejects. */
  invoke(name: FunctionName, event: TencentGatewayEvent): Promise<Outcome>;
  /** Lets no invocation begin any more. */
  stop(): void;
}

type Settings = Pick<
  ResolvedTencentGatewayOptions,
  "clock" | "random" | "latency" | "faults" | "logger" | "serviceTimeoutMs" | "functionTimeoutMs"
> &
  Partial<Pick<ResolvedTencentGatewayOptions, FunctionName>>;

/** Creates what calls the functions; `tracker` counts their invocations. */
export function createInvoker(
  settings: Settings,
  tracker: WorkTracker,
  counts: TencentGatewayCounts,
): Invoker {
  const { clock, random, latency, faults, logger, serviceTimeoutMs, functionTimeoutMs } = settings;
  const timeoutMs = Math.min(serviceTimeoutMs, functionTimeoutMs);
  let stopped = false;

  async function call(
    name: FunctionName,
    fn: ScfFunction<never>,
    event: TencentGatewayEvent,
  ): Promise<Outcome> {
    counts[name] += 1;
    const context = createScfContext(name, timeoutMs, clock);
    let cancel: () => void = () => undefined;
    const timedOut = new Promise<Outcome>((resolve) => {
      cancel = clock.setTimer(timeoutMs, () => resolve({ type: "timed-out" }));
    });
    const returned = callScfFunction(fn, event as never, context).then(
      (value): Outcome => (isFailure(value) ? { type: "failed" } : { type: "returned", value }),
      (error: unknown): Outcome => {
        logger.error(`the function ${name} failed`, { error });
        return { type: "failed" };
      },
    );
    const outcome = await Promise.race([returned, timedOut]);
    cancel();
    if (outcome.type === "timed-out") logger.error(`the function ${name} took too long`);
    if (outcome.type !== "returned") counts.failures += 1;
    return outcome;
  }

  async function callLater(
    invocation: [FunctionName, ScfFunction<never>, TencentGatewayEvent],
    delayMs: number,
  ): Promise<Outcome> {
    await sleep(clock, delayMs);
    return stopped ? { type: "lost" } : call(...invocation);
  }

  return {
    async invoke(name, event) {
      const fn = settings[name];
      if (!fn) return { type: "lost" };
      const copies = faults.invocations?.(event) ?? [0];
      const outcomes = copies.map((delayMs) => {
        const ms = delayMs + drawDelay(latency.invokeMs ?? 0, random);
        const outcome = callLater([name, fn, structuredClone(event)], ms);
        tracker.track(outcome);
        return outcome;
      });
      return (await outcomes[0]) ?? { type: "lost" };
    },
    stop() {
      stopped = true;
    },
  };
}

/** A function may name its status, as those of HTTP APIs do. */
function isFailure(value: unknown): boolean {
  if (typeof value !== "object" || value === null || !("statusCode" in value)) return false;
  return Number(value.statusCode) !== 200;
}
