import { UnavailableError } from "./errors.ts";
import { emptyReport } from "./fan-out.ts";
import type { FanOutJob } from "./fan-out-queue.ts";
import type { HubContext } from "./hub-context.ts";
import type { FanOutReport } from "./hub-types.ts";
import { beginInvocation } from "./invocation.ts";
import { pushMessage } from "./push-to-room.ts";

/**
 * Does what an earlier fan-out had to leave. What the deadline leaves over again is queued from where it
 * stopped. Rejected or queued, never both: with each delivery there would be more jobs.
 *
 * @throws UnavailableError if the job has to be done again: the log or the queue did not answer, the time
 * was too short for a single page, or most pushes failed.
 */
export async function runFanOutJob(
  context: HubContext,
  { room, epoch, seq, cursor, except }: FanOutJob,
  deadlineAt: number | undefined,
): Promise<FanOutReport> {
  const page = await context.log.read(room, { after: seq - 1, limit: 1 });
  const [entry] = page.entries;
  // What is no longer kept can't be pushed; its members find out by the log.
  if (page.epoch !== epoch || !entry) return { seq, ...emptyReport() };
  const invocation = beginInvocation(context, deadlineAt);
  const message = { room, epoch, entry, cursor, except };
  const { report, rest } = await pushMessage(context, invocation, message);
  await invocation.done();
  // One member whose pushes fail is not worth another round to all others.
  const { sent, failed, throttled } = report;
  if (failed + throttled > sent) throw new UnavailableError("most pushes of a fan-out job failed");
  if (!rest) return report;
  if (rest.cursor === cursor)
    throw new UnavailableError("a fan-out job came to nothing in its time");
  await context.queue?.enqueue(rest);
  return report;
}
