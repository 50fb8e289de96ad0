import type { Connection, MemberPage } from "./connection-store.ts";
import { encodeFrame } from "./encode-frames.ts";
import { emptyReport, fanOut } from "./fan-out.ts";
import type { FanOutJob } from "./fan-out-queue.ts";
import type { HubContext, Invocation } from "./hub-context.ts";
import type { FanOutReport } from "./hub-types.ts";
import { dropConnection, groupName } from "./memberships.ts";
import type { Members } from "./presence.ts";
import type { StoredEntry } from "./room-log.ts";
import type { MessageFrame, ServerFrame } from "./server-frames.ts";

/** Something to push to a room. */
export interface RoomPush {
  room: string;
  /** For members that speak `hubbub.v1`. */
  frame: ServerFrame;
  /** For plain members. */
  plainText?: string | undefined;
  /** A connection that doesn't get it. */
  except?: string | undefined;
  cursor?: string | undefined;
  /** Where members are read. (Default: the store) */
  from?: Members | undefined;
  /** The size of a room beyond which nothing is pushed and all is left over. */
  above?: number | undefined;
}

/** Pushes to all members of a room: with the platform's own fan-out, or one by one. Never rejects. */
export async function pushToRoom(
  context: HubContext,
  invocation: Invocation,
  push: RoomPush,
): Promise<{ report: FanOutReport; rest?: { cursor: string | undefined } }> {
  const texts = { "hubbub.v1": encodeFrame(push.frame), plain: push.plainText };
  if (context.pusher.groups) return { report: await broadcast(context, push, texts) };
  const { room, except, cursor, above, from = context.store } = push;
  const drop = async (connectionId: string, why: "gone" | "expired") => {
    await dropConnection(context, invocation, connectionId, why);
  };
  const { deadlineAt } = invocation;
  return fanOut(
    { ...context, store: from, drop },
    { room, texts, except, cursor, above, deadlineAt },
  );
}

async function broadcast(
  { pusher, logger }: HubContext,
  { room, except }: RoomPush,
  texts: Record<Connection["protocol"], string | undefined>,
): Promise<FanOutReport> {
  const report = emptyReport();
  const options = except === undefined ? {} : { except: [except] };
  for (const protocol of ["hubbub.v1", "plain"] as const) {
    const text = texts[protocol];
    if (text === undefined) continue;
    try {
      const group = groupName(protocol, room);
      report.sent += (await pusher.groups?.broadcast(group, text, options)) ?? 0;
    } catch (error) {
      report.failed++;
      logger?.error("a broadcast failed; the log repairs it", { room, error });
    }
  }
  return report;
}

/** A stored message to fan out. */
export interface StoredMessage {
  room: string;
  epoch: string;
  entry: StoredEntry;
  except?: string | undefined;
  cursor?: string | undefined;
}

/** Fans a stored message out; what the deadline leaves over goes to the queue, and so does a room of more than `fanOutAbove`. Never rejects. */
export async function fanOutMessage(
  context: HubContext,
  invocation: Invocation,
  message: StoredMessage,
): Promise<FanOutReport> {
  const { queue, fanOutAbove, logger } = context;
  const above = queue && fanOutAbove;
  const { report, rest } = await pushMessage(context, invocation, message, above);
  try {
    if (rest) await queue?.enqueue(rest);
  } catch (error) {
    const { room } = message;
    logger?.error("a fan-out could not be queued; the log repairs it", { room, error });
  }
  return report;
}

/** Pushes a stored message; `rest` is what the deadline leaves over. Never rejects. */
export async function pushMessage(
  context: HubContext,
  invocation: Invocation,
  { room, epoch, entry, ...where }: StoredMessage,
  above?: number,
): Promise<{ report: FanOutReport; rest?: FanOutJob }> {
  const frame = messageFrame(room, epoch, entry);
  const from = context.chat.definition.plain && readFirstPageOnce(context, above);
  const plainText = from && (await renderPlain(context, invocation, room, entry, from));
  const push: RoomPush = { room, frame, plainText, from, above, ...where };
  const pushed = await pushToRoom(context, invocation, push);
  const { seq } = entry;
  const report = { seq, ...pushed.report };
  if (!pushed.rest) return { report };
  const { except } = where;
  return { report, rest: { room, epoch, seq, cursor: pushed.rest.cursor, except } };
}

/** A stored entry as a pushed frame. The digest is the server's own business. */
function messageFrame(room: string, epoch: string, entry: StoredEntry): MessageFrame {
  const { seq, mid, from, event, data, ts } = entry;
  return { type: "message", room, epoch, seq, mid, from, event, data, ts };
}

/** Reads the members as a fan-out does, which then finds the page that plain members were counted by. */
function readFirstPageOnce(
  { store, pageSize = 1000 }: HubContext,
  limit: number | undefined = pageSize,
): Members {
  let first: Promise<MemberPage> | undefined;
  return {
    members(room, page) {
      if (page.cursor !== undefined) return store.members(room, page);
      first ??= store.members(room, { limit });
      return first;
    },
    count: (room) => store.count(room),
  };
}

async function renderPlain(
  { chat, presence, logger }: HubContext,
  invocation: Invocation,
  room: string,
  entry: StoredEntry,
  members: Members,
): Promise<string | undefined> {
  try {
    const { event, data, from, ts } = entry;
    const { online } = await presence.read(room, invocation.track, members);
    return chat.definition.plain?.render({ room, event, data, from, ts }, { online });
  } catch (error) {
    logger?.error("plain.render failed", { room, error });
    return undefined;
  }
}
