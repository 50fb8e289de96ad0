import { dividerRow, noteRow } from "./divider-rows.ts";
import { dayKey, formatDay } from "./format.ts";
import { type MessageRow, messageRow } from "./message-row.ts";
import { nameOf, type Outgoing, type RoomState, type SaidEntry } from "./room-state.ts";
import type { Row } from "./row-list.ts";

/** A pause after which the same sender begins a new group. */
const GROUP_MS = 5 * 60_000;

/** What a click on a failed message does. */
export interface OutgoingActions {
  retry(mid: string): void;
  discard(mid: string): void;
}

type Said = Omit<MessageRow, "first" | "last">;

interface Line {
  /** A line that stands alone, and parts the groups around it. */
  divider?: Row;
  message?: Said;
}

/**
 * Lays out a room's messages, notes, days and what is on its way.
 *
 * @param room The room.
 * @param me The own user id.
 * @param actions What the buttons of a failed message do.
 * @param now The time.
 * @returns The rows, from old to new.
 */
export function streamRows(
  room: RoomState,
  me: string,
  actions: OutgoingActions,
  now: number,
): Row[] {
  const lines: Line[] = [];
  let day = "";
  const separate = (ts: number) => {
    if (dayKey(ts) === day) return;
    day = dayKey(ts);
    lines.push({ divider: dividerRow(`day:${day}`, "day", formatDay(ts, now)) });
  };
  for (const entry of room.entries) {
    separate(entry.kind === "said" ? entry.message.ts : entry.ts);
    if (entry.key === room.firstUnread)
      lines.push({ divider: dividerRow("unread", "unread", "New") });
    if (entry.kind === "note") lines.push({ divider: noteRow(entry.key, entry.text) });
    else lines.push({ message: said(entry) });
  }
  for (const outgoing of room.outgoing) {
    separate(outgoing.ts);
    lines.push({ message: onItsWay(outgoing, me, actions) });
  }
  return lines.map((line, index) => toRow(line, lines[index - 1], lines[index + 1]));
}

function toRow(line: Line, before: Line | undefined, after: Line | undefined): Row {
  const { divider, message } = line;
  if (divider || !message) return divider ?? noteRow("empty", "");
  const first = !joins(before?.message, message);
  return messageRow({ ...message, first, last: !joins(message, after?.message) });
}

function joins(a: Said | undefined, b: Said | undefined): boolean {
  return !!a && !!b && a.sender === b.sender && a.name === b.name && b.ts - a.ts < GROUP_MS;
}

function said({ key, message }: SaidEntry): Said {
  const { own, mid, from, data, ts, seq } = message;
  return {
    // While it was on its way its key was the mid: it is the same element.
    key: own ? `mid:${mid}` : key,
    own,
    sender: from?.id ?? "",
    name: nameOf(from),
    text: data.text,
    ts,
    seq,
    state: own ? "acked" : "received",
  };
}

function onItsWay(
  { mid, text, ts, state, reason }: Outgoing,
  me: string,
  actions: OutgoingActions,
): Said {
  const buttons = { retry: () => actions.retry(mid), discard: () => actions.discard(mid) };
  return {
    key: `mid:${mid}`,
    own: true,
    sender: me,
    name: "",
    text,
    ts,
    state,
    reason,
    ...buttons,
  };
}
