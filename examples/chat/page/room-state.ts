import type { EventsOf, Member, Message, PendingPublish } from "@hubbub/client";
import type { chat } from "../chat.ts";

/** A message of this chat, as the client delivers it. */
export type ChatMessage = Message<EventsOf<typeof chat>>;

/** A message in the stream. */
export interface SaidEntry {
  readonly kind: "said";
  readonly key: string;
  readonly message: ChatMessage;
}

/** A remark of the page in the stream, such as what was lost. */
interface NoteEntry {
  readonly kind: "note";
  readonly key: string;
  readonly text: string;
  readonly ts: number;
}

type Entry = SaidEntry | NoteEntry;

/** A message of ours without an ack. */
export interface Outgoing {
  readonly mid: string;
  readonly text: string;
  readonly ts: number;
  state: "waiting" | "sending" | "failed";
  /** Why it failed. */
  reason: string;
}

/** A room as the page shows it. */
export interface RoomState {
  readonly name: string;
  /** Whether the first join is done: what comes now is news. */
  ready: boolean;
  entries: Entry[];
  readonly keys: Set<string>;
  outgoing: Outgoing[];
  online: number | undefined;
  members: readonly Member[] | undefined;
  /** Who writes, by user id, and until when we believe it. */
  readonly typing: Map<string, { name: string; until: number }>;
  unread: number;
  /** The entry before which the unread ones begin. */
  firstUnread: string | undefined;
  draft: string;
  older: "unknown" | "there" | "loading" | "none";
  /** Said above the oldest message when there is nothing older. */
  beginning: string;
}

/** A room that was not joined yet. */
export function createRoomState(name: string): RoomState {
  return {
    name,
    ready: false,
    entries: [],
    keys: new Set(),
    outgoing: [],
    online: undefined,
    members: undefined,
    typing: new Map(),
    unread: 0,
    firstUnread: undefined,
    draft: "",
    older: "unknown",
    beginning: "",
  };
}

/** What to call the sender of a message. */
export function nameOf(member: Member | undefined): string {
  return member?.name ?? member?.id ?? "Server";
}

const keyOf = ({ epoch, seq }: ChatMessage) => `${epoch}:${seq}`;

/**
 * Adds a message at the end.
 *
 * @returns Its key, or undefined if it was there before.
 */
export function addMessage(room: RoomState, message: ChatMessage): string | undefined {
  const key = keyOf(message);
  if (message.own) room.outgoing = room.outgoing.filter(({ mid }) => mid !== message.mid);
  if (room.keys.has(key)) return undefined;
  room.keys.add(key);
  room.entries.push({ kind: "said", key, message });
  if (message.from) room.typing.delete(message.from.id);
  return key;
}

/** Adds older messages at the beginning. */
export function addOlder(room: RoomState, messages: readonly ChatMessage[]): void {
  const fresh = messages.filter((message) => !room.keys.has(keyOf(message)));
  for (const message of fresh) room.keys.add(keyOf(message));
  const older = fresh.map((message): Entry => ({ kind: "said", key: keyOf(message), message }));
  room.entries = [...older, ...room.entries];
}

/** Adds a remark at the end. */
export function addNote(room: RoomState, text: string, ts: number): void {
  const key = `note:${room.keys.size}`;
  room.keys.add(key);
  room.entries.push({ kind: "note", key, text, ts });
}

/** The newest message that is shown. */
export function newestMessage(room: RoomState): ChatMessage | undefined {
  const entry = room.entries.findLast(({ kind }) => kind === "said");
  return entry?.kind === "said" ? entry.message : undefined;
}

/** The oldest message that is shown. */
export function oldestMessage(room: RoomState): ChatMessage | undefined {
  const entry = room.entries.find(({ kind }) => kind === "said");
  return entry?.kind === "said" ? entry.message : undefined;
}

/** Takes over what the client says about messages without an ack. */
export function updatePending(room: RoomState, pending: readonly PendingPublish[]): void {
  const states = new Map(pending.map(({ mid, state }) => [mid, state]));
  for (const outgoing of room.outgoing) {
    const state = states.get(outgoing.mid);
    if (state && outgoing.state !== "failed") outgoing.state = state;
  }
}

/** Forgets what was said, to be told again. */
export function clearEntries(room: RoomState): void {
  room.ready = false;
  room.entries = [];
  room.keys.clear();
  room.older = "unknown";
  room.firstUnread = undefined;
}
