import { digest } from "./digest.ts";
import { FrameError } from "./errors.ts";
import type { HubContext } from "./hub-context.ts";
import type { AppendPosition, AppendResult, LogEntry, Sender } from "./room-log.ts";

/** A message to be stored. */
export interface NewMessage {
  room: string;
  event: string;
  /** What is stored: a JSON value, as `toJson` has made sure. */
  data: unknown;
  /** What the client sent: what a retry is compared by, since a handler may answer otherwise. */
  sent: unknown;
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
  const entry: LogEntry = {
    mid,
    from,
    event,
    data,
    ts: clock.now(),
    digest: digestOf(message),
  };
  const result = await log.append(room, entry, position);
  if (result.status === "appended") return { ...result, stored: { ...entry, seq: result.seq } };
  if (result.status === "duplicate") return { ...result, stored: result.entry };
  return result;
}

function digestOf({ event, sent }: NewMessage): string {
  return digest(JSON.stringify([event, sent ?? null]));
}

/** Looks for an earlier try of a message after its position, without storing anything. */
export async function findStored(
  { log }: HubContext,
  message: NewMessage,
): Promise<StoredMessage | undefined> {
  const { room, mid, from, position } = message;
  if (!position) return undefined;
  const page = await log.read(room, { after: position.after, limit: 256 });
  const entry = page.entries.find((stored) => stored.mid === mid && stored.from?.id === from?.id);
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
