import type { FanOutReport, TransportResult } from "@hubbub/core";
import type { Ending } from "./invoker.ts";
import type { Observer } from "./observer.ts";
import type { World } from "./world.ts";

/** An invocation that is over, and when it began. */
interface Handled {
  readonly connectionId: string;
  readonly result: TransportResult;
  readonly ending: Ending;
  readonly since: number;
}

/** What must hold when an invocation ends that told somebody of a stored message: all others were tried. */
export async function checkAnswers(
  world: World,
  observer: Observer,
  { connectionId, result, ending, since }: Handled,
): Promise<void> {
  const { reports, watch } = ending;
  if (!reports) return; // It was frozen before its work was done.
  for (const frame of observer.acks(result.replies)) {
    // A report does not name its room, and one message may hold publishes to several.
    const same = reports.filter(({ seq }) => seq === frame.seq);
    if (same.length === 0) world.violated("G9", `nobody waited for the fan-out of ${frame.seq}`);
    if (areTried(world, same)) await observer.checkFanOut(frame, connectionId, since);
    if (isLeft(same)) watch.checkQueued(frame);
  }
}

/** Whether everybody was tried; a broadcast that fails is one try for all. */
function areTried({ plan }: World, reports: readonly FanOutReport[]): boolean {
  return reports.every(({ deferred, failed }) => !deferred && !(plan.gateway.groups && failed > 0));
}

const isLeft = ([only, ...others]: readonly FanOutReport[]) =>
  others.length === 0 && only?.deferred === true;
