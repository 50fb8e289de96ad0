import type { ConnectionProtocol, ConnectionStore, Member } from "./connection-store.ts";
import type { FanOutReport } from "./hub-types.ts";
import { createMemberPages } from "./member-pages.ts";
import type { Ports } from "./ports.ts";
import type { Pusher, PushResult } from "./pusher.ts";

/** What the engine needs. */
export interface FanOutParts extends Pick<Ports, "clock" | "random" | "logger"> {
  store: Pick<ConnectionStore, "members">;
  pusher: Pick<Pusher, "send">;
  /** Called for rows that turn out to be dead. May reject; a failed clean-up stops nothing. */
  drop: (connectionId: string, why: "gone" | "expired") => Promise<void>;
  /** Pushes under way at once. (Default: 64) */
  concurrency?: number;
  /** Members read at once. (Default: 1,000) */
  pageSize?: number;
}

/** What is to be pushed to whom. */
export interface FanOutTask {
  room: string;
  /** The text for members of a protocol; undefined leaves them out. */
  texts: Readonly<Record<ConnectionProtocol, string | undefined>>;
  /** A connection that doesn't get it. */
  except?: string | undefined;
  /** The page of members to begin with. */
  cursor?: string | undefined;
  /** If the first page of so many is not the last, nothing is pushed and all is the rest. (Default: never) */
  above?: number | undefined;
  /** When to stop, in milliseconds since the Unix epoch. (Default: never) */
  deadlineAt?: number | undefined;
}

/** What became of it; `rest` is the cursor of the first page that is not done. */
export interface FanOutOutcome {
  report: FanOutReport;
  rest?: { cursor: string | undefined };
}

const MAX_TRIES = 3;
const RETRY_BASE_MS = 100;
const MAX_RETRIES_KEPT = 1000; // So that memory stays flat when everybody is throttled.

/** Creates an empty report. */
export function emptyReport(): FanOutReport {
  return { sent: 0, gone: 0, throttled: 0, tooLarge: 0, failed: 0, deferred: false };
}

/**
 * Pushes a text to every member of a room. One member's failure never stops the others; it resolves
 * when every push has settled, or the deadline has come. Memory does not grow with the room.
 */
export async function fanOut(parts: FanOutParts, task: FanOutTask): Promise<FanOutOutcome> {
  const { clock, random, concurrency = 64 } = parts;
  const { deadlineAt = Infinity } = task;
  const report = emptyReport();
  const pages = createMemberPages(parts, task);
  let again: Member[] = [];

  async function pushTo(member: Member): Promise<void> {
    const text = task.texts[member.protocol];
    if (text === undefined || member.connectionId === task.except) return;
    const result = await push(parts, report, member.connectionId, text);
    if (result !== "throttled") return;
    if (again.length < MAX_RETRIES_KEPT) again.push(member);
    else report.throttled++;
  }
  const workers: Promise<void>[] = [];
  let hired = 0;
  const hire = () => {
    if (hired++ < concurrency) workers.push(work());
  };
  async function work(): Promise<void> {
    for (;;) {
      const member = pages.next();
      if (member === "more") await pages.load();
      else if (member === undefined) return;
      else if (clock.now() >= deadlineAt) return pages.stop();
      else {
        // Whoever finds work looks for help: a small room costs no more workers than it has members.
        hire();
        await pushTo(member);
      }
    }
  }
  hire();
  for (const worker of workers) await worker; // Those who come meanwhile are waited for as well.

  // Who was throttled waits until all others are served.
  const mayRetry = () => again.length > 0 && clock.now() < deadlineAt;
  for (let tries = 2; tries <= MAX_TRIES && mayRetry(); tries++) {
    await clock.sleep(RETRY_BASE_MS * 2 ** (tries - 2) * (0.5 + random()));
    const waiting = again;
    again = [];
    const retry = async () => {
      while (clock.now() < deadlineAt) {
        const member = waiting.pop();
        if (!member) return;
        await pushTo(member);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, retry));
    report.throttled += waiting.length;
  }
  report.throttled += again.length;
  const rest = pages.rest();
  report.deferred = rest !== undefined;
  return rest ? { report, rest } : { report };
}

/** One push, counted. Never rejects. */
async function push(
  { pusher, drop, logger }: FanOutParts,
  report: FanOutReport,
  connectionId: string,
  text: string,
): Promise<PushResult | "failed"> {
  let result: PushResult;
  try {
    result = await pusher.send(connectionId, text);
  } catch (error) {
    if (report.failed++ === 0) logger?.error("a push failed; the log repairs it", { error });
    return "failed";
  }
  if (result === "sent") report.sent++;
  else if (result === "too-large") report.tooLarge++;
  else if (result === "gone") {
    report.gone++;
    await drop(connectionId, "gone").catch((error: unknown) =>
      logger?.warn("a dead connection could not be removed; its lease ends", { error }),
    );
  }
  return result;
}
