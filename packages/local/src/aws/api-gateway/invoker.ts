import { drawDelay } from "../../shared/delay-range.ts";
import { sleep } from "../../shared/local-clock.ts";
import type { WorkTracker } from "../../shared/work-tracker.ts";
import { invokeHandler } from "../lambda/invoke-handler.ts";
import { createLambdaContext } from "../lambda/lambda-context.ts";
import type { ResolvedGatewayOptions } from "./resolve-gateway-options.ts";
import type { WebSocketEvent } from "./web-socket-event.ts";

/** What became of an invocation. */
export type Outcome =
  | { type: "returned"; value: unknown }
  | { type: "failed"; error: unknown }
  | { type: "timed-out" }
  /** The gateway has been closed meanwhile. */
  | { type: "closed" };

/** Calls handlers as the gateway does. */
export interface Invoker {
  /** Calls a route's handler, as often and as late as the faults say. Never rejects. */
  invoke(handler: CallableFunction, event: WebSocketEvent): Promise<Outcome>[];
  /** Calls a handler once, now. Never rejects. */
  call(name: string, handler: CallableFunction, event: unknown): Promise<Outcome>;
  /** Lets no invocation begin any more. */
  stop(): void;
}

type Settings = Pick<
  ResolvedGatewayOptions,
  "clock" | "random" | "latency" | "faults" | "region" | "accountId" | "integrationTimeoutMs"
> & { logger: ResolvedGatewayOptions["logger"] };

/** Creates what calls the handlers; `tracker` counts their invocations. */
export function createInvoker(settings: Settings, tracker: WorkTracker): Invoker {
  const { clock, random, latency, faults, logger } = settings;
  const { integrationTimeoutMs, region, accountId } = settings;
  let stopped = false;

  async function call(
    functionName: string,
    handler: CallableFunction,
    event: unknown,
  ): Promise<Outcome> {
    const deadline = clock.now() + integrationTimeoutMs;
    const context = createLambdaContext({ functionName, region, accountId, clock, deadline });
    let cancel: () => void = () => undefined;
    const timedOut = new Promise<Outcome>((resolve) => {
      cancel = clock.setTimer(integrationTimeoutMs, () => resolve({ type: "timed-out" }));
    });
    const invocation = outcomeOf(invokeHandler(handler, event, context));
    const outcome = await Promise.race([invocation, timedOut]);
    cancel();
    // The authorizer's word for "no" is no fault.
    const refused = outcome.type === "failed" && isUnauthorized(outcome.error);
    if (!refused && (outcome.type === "failed" || outcome.type === "timed-out")) {
      logger.error(`the handler of ${functionName} ${outcome.type.replace("-", " ")}`, outcome);
    }
    return outcome;
  }

  async function callLater(
    handler: CallableFunction,
    event: WebSocketEvent,
    delayMs: number,
  ): Promise<Outcome> {
    await sleep(clock, delayMs);
    return stopped ? { type: "closed" } : call(event.requestContext.routeKey, handler, event);
  }

  return {
    call,
    invoke(handler, event) {
      const copies = faults.invocations?.(event) ?? [0];
      return copies.map((delayMs) => {
        const ms = delayMs + drawDelay(latency.invokeMs ?? 0, random);
        const outcome = callLater(handler, structuredClone(event), ms);
        tracker.track(outcome);
        return outcome;
      });
    },
    stop() {
      stopped = true;
    },
  };
}

async function outcomeOf(invocation: Promise<unknown>): Promise<Outcome> {
  try {
    return { type: "returned", value: await invocation };
  } catch (error) {
    return { type: "failed", error };
  }
}

/** True for what an authorizer throws to answer 401. */
export function isUnauthorized(error: unknown): boolean {
  return error === "Unauthorized" || (error instanceof Error && error.message === "Unauthorized");
}
