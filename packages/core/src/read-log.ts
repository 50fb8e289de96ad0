import type { HistoryFrame } from "./client-frames.ts";
import { FrameError } from "./errors.ts";
import type { HubContext } from "./hub-context.ts";
import type { AppendPosition, LogPage, LogState, StoredEntry } from "./room-log.ts";
import type { HistoryPageFrame, JoinedFrame, MessageEntry, ResetFrame } from "./server-frames.ts";
import { utf8Length } from "./utf8-length.ts";

const PAGE = 256;
const DEFAULT_LIMIT = 50;
const FRAME_BYTES = 700; // The rest of the frame at most, with a room of 128 characters.

/** The part of a `joined` frame that tells of the log. */
type JoinedLog = Omit<JoinedFrame, "type" | "id" | "room">;

/** Reads what a joining client needs: what it missed, or else the newest `last` messages. */
export async function readJoined(
  context: HubContext,
  room: string,
  position: AppendPosition | undefined,
  last: number,
): Promise<JoinedLog> {
  const { log } = context;
  if (!position) return tail(context, room, last, await log.head(room));
  const { epoch, after } = position;
  const page = await log.read(room, { after, limit: PAGE });
  if (!continues(page, epoch, after)) {
    return { ...(await tail(context, room, last, page)), recovered: false };
  }
  const messages = fitting(page.entries, context.chat.limits.maxReplyBytes, "first");
  const more = after + messages.length < page.head;
  return { ...stateOf(page), recovered: true, messages, more };
}

/** Whether a page continues a position, without anything missing between the two. */
function continues(page: LogPage, epoch: string, after: number): boolean {
  if (page.epoch !== epoch || after > page.head) return false;
  return after === page.head || page.entries[0]?.seq === after + 1;
}

/** Reads a range whose beginning may be over age: then what is still kept of it. */
async function readKept(
  log: HubContext["log"],
  room: string,
  range: { after: number; limit: number },
): Promise<LogPage> {
  const page = await log.read(room, range);
  const skipped = page.oldest - 1 - range.after;
  if (page.entries.length > 0 || skipped <= 0 || skipped >= range.limit) return page;
  const kept = await log.read(room, { after: page.oldest - 1, limit: range.limit - skipped });
  return { ...kept, oldest: Math.max(kept.oldest, page.oldest) };
}

/** The newest messages, up to the head. */
async function tail(
  { log, chat }: HubContext,
  room: string,
  last: number,
  state: LogState,
): Promise<JoinedLog> {
  const after = Math.max(state.oldest - 1, state.head - last);
  if (last === 0 || after >= state.head) return { ...stateOf(state), messages: [], more: false };
  // More than were there a moment ago: what came meanwhile must be in it, or it would end before the head.
  const page = await readKept(log, room, { after, limit: last + PAGE });
  const newest = page.entries.slice(-last);
  const ends = newest.at(-1)?.seq === page.head;
  const messages = ends ? fitting(newest, chat.limits.maxReplyBytes, "last") : [];
  return { ...stateOf(page), messages, more: false };
}

/** Answers a `history` frame. */
export async function readHistory(
  { log, chat }: HubContext,
  frame: HistoryFrame,
): Promise<HistoryPageFrame | ResetFrame> {
  const { room, id, epoch, before, limit = DEFAULT_LIMIT } = frame;
  const { maxReplyBytes } = chat.limits;
  if (frame.after !== undefined) {
    const { after } = frame;
    if (before !== undefined) {
      throw new FrameError("history: `after` or `before`, not both", { code: "bad_frame" });
    }
    const page = await log.read(room, { after, limit });
    const whole = limit === 0 ? after >= page.oldest - 1 : continues(page, page.epoch, after);
    if (!whole || after > page.head || page.epoch !== (epoch ?? page.epoch)) {
      return reset(frame, page);
    }
    const messages = fitting(page.entries, maxReplyBytes, "first");
    const more = after + messages.length < page.head;
    return { type: "history", id, room, ...stateOf(page), messages, more };
  }
  const state = await log.head(room);
  if (epoch !== undefined && epoch !== state.epoch) return reset(frame, state);
  const end = Math.min(before ?? Infinity, state.head + 1);
  const after = Math.max(state.oldest - 1, end - 1 - limit);
  const count = Math.max(0, end - 1 - after);
  const page =
    count === 0 ? { ...state, entries: [] } : await readKept(log, room, { after, limit: count });
  const messages = fitting(page.entries, maxReplyBytes, "last");
  const more = (messages[0]?.seq ?? end) > page.oldest;
  return { type: "history", id, room, ...stateOf(page), messages, more };
}

function reset({ room, id }: HistoryFrame, state: LogState): ResetFrame {
  return { type: "reset", id, room, ...stateOf(state) };
}

function stateOf({ epoch, oldest, head }: LogState): LogState {
  return { epoch, oldest, head };
}

/** As many entries as fit into an answer, from its beginning or its end; at least one. */
function fitting(
  entries: readonly StoredEntry[],
  maxBytes: number,
  side: "first" | "last",
): MessageEntry[] {
  const taken: MessageEntry[] = [];
  let bytes = FRAME_BYTES;
  for (const stored of side === "first" ? entries : entries.toReversed()) {
    const { seq, mid, from, event, data, ts } = stored; // `...rest` costs nine times as much.
    const entry = from ? { seq, mid, from, event, data, ts } : { seq, mid, event, data, ts };
    bytes += utf8Length(JSON.stringify(entry)) + 1;
    if (bytes > maxBytes && taken.length > 0) break;
    taken.push(entry);
  }
  return side === "first" ? taken : taken.reverse();
}
