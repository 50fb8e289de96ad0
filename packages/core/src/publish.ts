import { digest as digestText } from "./digest.ts";
import { FrameError } from "./errors.ts";
import type { HubContext } from "./hub-context.ts";
import type {
  AppendPosition,
  AppendResult,
  LogEntry,
  LogState,
  Sender,
  StoredEntry,
} from "./room-log.ts";

const PAGE = 256;
const MAX_PAGES = 8; // A log as long as the default retention keeps takes half of them.

/** A message to be stored. */
export interface NewMessage {
  room: string;
  event: string;
  /** What is stored: a JSON value, as `toJson` has made sure. */
  data: unknown;
  /** What the client sent, as JSON text: what a retry is compared by, since a handler may answer otherwise. */
  sentText: string;
  mid: string;
  from: Sender | undefined;
  position: AppendPosition | undefined;
}

/** A stored message: now, or by an earlier try. */
export type StoredMessage = Extract<AppendResult, { status: "appended" | "duplicate" }> & {
  stored: LogEntry & { seq: number };
};

/** Appends a message to its room's log. Whatever the log refuses is answered as it is. */
export async function appendMessage(
  { log, clock }: HubContext,
  message: NewMessage,
): Promise<StoredMessage | Exclude<AppendResult, { status: "appended" | "duplicate" }>> {
  const { room, event, data, mid, from, position } = message;
  const ts = clock.now();
  const digest = digestOf(message);
  const entry: LogEntry = { mid, from, event, data, ts, digest };
  const result = await log.append(room, entry, position);
  if (result.status === "appended") {
    const { seq } = result;
    return { ...result, stored: { seq, mid, from, event, data, ts, digest } };
  }
  if (result.status === "duplicate") return { ...result, stored: result.entry };
  return result;
}

/**
 * Appends a message whose sender is far behind in a log that it may not read: what the sender would read
 * to find an earlier try is read for it.
 */
export async function appendFromFarBehind(
  context: HubContext,
  message: NewMessage,
  refused: Awaited<ReturnType<typeof appendMessage>>,
): ReturnType<typeof appendMessage> {
  const { room, position } = message;
  if (!position || refused.status !== "behind") return refused;
  let { after } = position;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await context.log.read(room, { after, limit: PAGE });
    const { epoch, entries } = page;
    if (epoch !== position.epoch || entries.length === 0) break;
    const entry = entries.find(isTryOf(message));
    if (entry) return found(page, entry, message);
    after = entries.at(-1)?.seq ?? after;
    const result = await appendMessage(context, { ...message, position: { epoch, after } });
    if (result.status !== "behind") return result;
  }
  return refused;
}

function found(
  state: LogState,
  entry: StoredEntry,
  message: NewMessage,
): Awaited<ReturnType<typeof appendMessage>> {
  if (entry.digest === digestOf(message)) {
    return { ...state, status: "duplicate", entry, stored: entry };
  }
  return { ...state, status: "mid-conflict", seq: entry.seq };
}

const isTryOf =
  ({ mid, from }: NewMessage) =>
  (stored: StoredEntry): boolean =>
    stored.mid === mid && stored.from?.id === from?.id;

function digestOf({ event, sentText }: NewMessage): string {
  return digestText(`[${JSON.stringify(event)},${sentText}]`);
}

/** Looks for an earlier try of a message after its position, without storing anything. */
export async function findStored(
  { log }: HubContext,
  message: NewMessage,
): Promise<StoredMessage | undefined> {
  const { room, position } = message;
  if (!position) return undefined;
  const page = await log.read(room, { after: position.after, limit: PAGE });
  const entry = page.entries.find(isTryOf(message));
  if (!entry || page.epoch !== position.epoch || entry.digest !== digestOf(message))
    return undefined;
  return { ...page, status: "duplicate", entry, stored: entry };
}

/** Why a message was not stored, for answers that have no `reset` frame. */
export function refusalError(
  result: Exclude<AppendResult, { status: "appended" | "duplicate" }>,
): FrameError {
  switch (result.status) {
    case "mid-conflict":
      return new FrameError(`the mid was used for another message, ${result.seq}`, {
        code: "mid_conflict",
      });
    case "undecided":
      return new FrameError(
        `nothing proves that it was not stored before: the log begins at ${result.oldest}`,
        { code: "undecided" },
      );
    case "behind":
      return new FrameError(
        `\`after\` is too far behind the head, ${result.head}: read the log first`,
        { code: "sync_required" },
      );
    case "reset":
      return new FrameError("the position is not one of this log", { code: "undecided" });
  }
}
