import type { HubContext, Invocation } from "./hub-context.ts";
import type { FanOutReport } from "./hub-types.ts";
import { createServerCalls } from "./server-calls.ts";

/** Begins an invocation: one call of a gateway, or of the server's own code. */
export function beginInvocation(context: HubContext, deadlineAt?: number): Invocation {
  const work: Promise<unknown>[] = [];
  const presence: (() => Promise<unknown>)[] = [];
  const reports: FanOutReport[] = [];
  const guard = (promise: Promise<unknown>) =>
    promise.catch((error: unknown) =>
      context.logger?.error("work that nobody waited for failed", { error }),
    );
  const beginPresence = () => presence.splice(0).map((begin) => guard(begin()));
  /** What is waited for may begin more. */
  async function settle(next: () => Promise<unknown>[]): Promise<FanOutReport[]> {
    for (let waiting = next(); waiting.length > 0; waiting = next()) await Promise.all(waiting);
    return reports;
  }
  const invocation: Omit<Invocation, "hub"> & { hub?: Invocation["hub"] } = {
    deadlineAt,
    track: (promise) => void work.push(guard(promise)),
    trackPresence: (begin) => void presence.push(begin),
    trackFanOut(promise) {
      invocation.track(promise.then((report) => reports.push(report)));
    },
    async settled() {
      await settle(() => work.splice(0));
      void Promise.all(beginPresence()); // Guarded, and waited for by nobody: presence is a hint.
      return reports;
    },
    done: () => settle(() => [...work.splice(0), ...beginPresence()]),
  };
  return Object.assign(invocation, { hub: createServerCalls(context, invocation as Invocation) });
}
