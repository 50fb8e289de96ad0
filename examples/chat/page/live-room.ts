import { type Client, type EventsOf, HubbubClientError, type Room } from "@hubbub/client";
import type { chat } from "../chat.ts";
import { randomId } from "./identity.ts";
import { failureNote, resetNote } from "./room-notes.ts";
import {
  addMessage,
  addNote,
  addOlder,
  type ChatMessage,
  nameOf,
  newestMessage,
  oldestMessage,
  type RoomState,
  updatePending,
} from "./room-state.ts";

export type ChatClient = Client<typeof chat>;
export type ChatRoom = Room<EventsOf<typeof chat>>;

/** What a room tells the session. */
export interface RoomListener {
  /** Something to show has changed. */
  changed(): void;
  /** A message came that is news. */
  arrived(state: RoomState, message: ChatMessage, key: string): void;
  /** The room was joined again after a break. */
  recovered(count: number, complete: boolean): void;
  /** The room is left, or could not be joined. */
  left(state: RoomState, code: string): void;
}

/** How many messages are fetched at a time. */
const PAGE = 50;
const TYPING_MS = 6000; // Twice as long as a writer's page stays silent.

/**
 * Joins a room and keeps its state up to date.
 *
 * @param client The client.
 * @param state What is shown of the room.
 * @param listener Told of what happens.
 * @returns The client's room.
 */
export function openRoom(client: ChatClient, state: RoomState, listener: RoomListener): ChatRoom {
  const room: ChatRoom = client.join(state.name, { last: PAGE });
  room.on("message", (message) => {
    const key = addMessage(state, message);
    if (key && state.ready && !message.own) listener.arrived(state, message, key);
    listener.changed();
  });
  room.on("pending", (pending) => {
    updatePending(state, pending);
    listener.changed();
  });
  room.on("presence", ({ online, members }) => {
    Object.assign(state, { online, members });
    listener.changed();
  });
  room.on("signal", ({ from, data }) => {
    if (!from) return;
    if (data.on) state.typing.set(from.id, { name: nameOf(from), until: Date.now() + TYPING_MS });
    else state.typing.delete(from.id);
    listener.changed();
  });
  room.on("reset", (reset) => {
    addNote(state, resetNote(reset, newestMessage(state)?.ts, Date.now()), Date.now());
    // Older pages would come from the new log, and stand above what the old one had.
    if (reset.epochChanged) Object.assign(state, { older: "none", beginning: "" });
    listener.changed();
  });
  room.on("recovered", ({ recovered, count }) => listener.recovered(count, recovered));
  room.on("left", ({ code }) => {
    if (code !== "left" && code !== "closed") listener.left(state, code);
  });
  room.joined.then(
    () => {
      state.ready = true;
      showBeginning(state);
      listener.changed();
    },
    () => {}, // `left` says why.
  );
  return room;
}

function showBeginning(state: RoomState): void {
  const oldest = oldestMessage(state);
  state.older = oldest && oldest.seq > 1 ? "there" : "none";
  state.beginning = state.older === "none" ? `This is the beginning of #${state.name}.` : "";
}

/** Publishes a message; shown as sending at once, and as failed with the reason if it is refused. */
export function say(room: ChatRoom, state: RoomState, text: string, changed: () => void): void {
  const mid = randomId();
  state.outgoing.push({ mid, text, ts: Date.now(), state: "waiting", reason: "" });
  room.publish("say", { text }, { mid }).catch((error: unknown) => {
    const outgoing = state.outgoing.find((one) => one.mid === mid);
    if (!outgoing) return;
    outgoing.state = "failed";
    outgoing.reason = failureNote(error);
    changed();
  });
  changed();
}

/** Fetches the messages before the oldest one that is shown. */
export async function loadOlder(room: ChatRoom, state: RoomState, changed: () => void) {
  const first = oldestMessage(state);
  if (state.older !== "there" || !first) return;
  state.older = "loading";
  changed();
  try {
    const page = await room.history({ before: first.seq, limit: PAGE });
    // Another epoch: the server has begun a new log while this was on its way.
    const sameLog = page.messages.every(({ epoch }) => epoch === first.epoch);
    if (sameLog) addOlder(state, page.messages);
    state.older = sameLog && page.more && page.messages.length ? "there" : "none";
    if (state.older === "none") {
      state.beginning =
        oldestMessage(state)?.seq === 1
          ? `This is the beginning of #${state.name}.`
          : "Earlier messages are no longer kept by the server.";
    }
  } catch (error) {
    if (!(error instanceof HubbubClientError)) throw error;
    state.older = "there";
  }
  changed();
}
