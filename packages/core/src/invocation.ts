import type { HubContext, Invocation } from "./hub-context.ts";
import type { FanOutReport } from "./hub-types.ts";
import { createServerCalls } from "./server-calls.ts";

/** Begins an invocation: one call of a gateway, or of the server's own code. */
export function beginInvocation(context: HubContext, deadlineAt?: number): Invocation {
  const work: Promise<unknown>[] = [];
  const reports: FanOutReport[] = [];
  const invocation: Omit<Invocation, "hub"> & { hub?: Invocation["hub"] } = {
    deadlineAt,
    track(promise) {
      const settled = promise.catch((error: unknown) =>
        context.logger?.error("work that nobody waited for failed", { error }),
      );
      work.push(settled);
    },
    trackFanOut(promise) {
      invocation.track(promise.then((report) => reports.push(report)));
    },
    async done() {
      // What is waited for may begin more.
      for (let waiting = work.splice(0); waiting.length > 0; waiting = work.splice(0)) {
        await Promise.all(waiting);
      }
      return reports;
    },
  };
  return Object.assign(invocation, { hub: createServerCalls(context, invocation as Invocation) });
}
