import { createClient } from "@hubbub/client";
import type { chat } from "../chat.ts";
import { type ConnectionNotice, createConnectionNotice } from "./connection-notice.ts";
import { saveIdentity } from "./identity.ts";
import {
  type ChatClient,
  type ChatRoom,
  loadOlder,
  openRoom,
  type RoomListener,
  say,
} from "./live-room.ts";
import { leftNote } from "./room-notes.ts";
import { type ChatMessage, clearEntries, createRoomState, type RoomState } from "./room-state.ts";
import type { Session, SessionOptions } from "./session-types.ts";

interface OpenRoom {
  state: RoomState;
  live: ChatRoom;
}

interface State {
  options: SessionOptions;
  client: ChatClient;
  rooms: Map<string, OpenRoom>;
  notice: ConnectionNotice;
  /** Another connection is to be made as soon as nothing waits for its ack. */
  stale: boolean;
}

/** Connects, and stays connected for as long as the page lives. */
export function createSession(options: SessionOptions): Session {
  const notice = createConnectionNotice(options.changed);
  const s: State = {
    options,
    notice,
    rooms: new Map(),
    stale: false,
    client: connect(options, () => s),
  };
  notice.state("connecting");
  return {
    notice,
    get rooms() {
      return [...s.rooms.values()].map(({ state }) => state);
    },
    get connection() {
      return s.client.state;
    },
    get user() {
      return s.client.user;
    },
    room: (name) => s.rooms.get(name)?.state,
    join: (name) => join(s, name),
    leave(name) {
      void s.rooms.get(name)?.live.leave();
      forget(s, name);
    },
    say: (name, text) =>
      withRoom(s, name, ({ live, state }) => say(live, state, text, options.changed)),
    retry: (name, mid) => retry(s, name, mid),
    discard: (name, mid) => void take(s, name, mid),
    typing: (name, on) => withRoom(s, name, ({ live }) => void live.signal("typing", { on })),
    async older(name) {
      const room = s.rooms.get(name);
      if (room) await loadOlder(room.live, room.state, options.changed);
    },
    expireTyping: (now) => expireTyping(s, now),
    reconnect() {
      s.stale = true;
      replaceWhenIdle(s);
    },
  };
}

function connect(options: SessionOptions, state: () => State): ChatClient {
  const { url, identity } = options;
  const client = createClient<typeof chat>({
    url,
    // Asked before every connect: a new name is known after the next one.
    token: () => `${identity.secret}.${identity.name}`,
  });
  client.on("state", (now) => {
    if (client !== state().client) return;
    if (now !== "closed") state().notice.state(now);
    options.changed();
  });
  void client.closed.then(({ error }) => {
    if (client === state().client) state().notice.state("closed", error?.message);
  });
  return client;
}

function withRoom(s: State, name: string, run: (room: OpenRoom) => void): void {
  const room = s.rooms.get(name);
  if (room && s.client.state !== "closed") run(room);
}

function listenerOf(s: State): RoomListener {
  return {
    changed() {
      s.options.changed();
      replaceWhenIdle(s);
    },
    arrived(room: RoomState, _message: ChatMessage, key: string) {
      if (s.options.watching(room.name)) return;
      if (room.unread === 0) room.firstUnread = key;
      room.unread++;
    },
    recovered: (count, complete) => s.notice.recovered(count, complete),
    left({ name }, code) {
      forget(s, name);
      s.options.refused(name, leftNote(name, code));
    },
  };
}

function join(s: State, name: string): RoomState {
  const old = s.rooms.get(name);
  if (old) return old.state;
  const state = createRoomState(name);
  s.rooms.set(name, { state, live: openRoom(s.client, state, listenerOf(s)) });
  saveRooms(s);
  s.options.changed();
  return state;
}

function forget(s: State, name: string): void {
  s.rooms.delete(name);
  saveRooms(s);
  s.options.changed();
}

function saveRooms(s: State): void {
  s.options.identity.rooms = [...s.rooms.keys()];
  saveIdentity(s.options.identity);
}

function retry(s: State, name: string, mid: string): void {
  const outgoing = take(s, name, mid);
  if (outgoing)
    withRoom(s, name, ({ live, state }) => say(live, state, outgoing.text, s.options.changed));
}

function take(s: State, name: string, mid: string) {
  const state = s.rooms.get(name)?.state;
  const outgoing = state?.outgoing.find((one) => one.mid === mid && one.state === "failed");
  if (state && outgoing) state.outgoing = state.outgoing.filter((one) => one !== outgoing);
  s.options.changed();
  return outgoing;
}

function expireTyping(s: State, now: number): void {
  for (const { state } of s.rooms.values()) {
    for (const [id, { until }] of state.typing) {
      if (until > now) continue;
      state.typing.delete(id);
      s.options.changed();
    }
  }
}

/** A message without an ack belongs to its client: only that one can send it again safely. */
function replaceWhenIdle(s: State): void {
  const waits = [...s.rooms.values()].some(({ state }) =>
    state.outgoing.some((one) => one.state !== "failed"),
  );
  const ended = s.client.state === "closed";
  if (!s.stale || (waits && !ended)) return;
  s.stale = false;
  const old = s.client;
  s.client = connect(s.options, () => s);
  void old.close();
  s.notice.state("connecting");
  for (const room of s.rooms.values()) {
    clearEntries(room.state);
    room.live = openRoom(s.client, room.state, listenerOf(s));
  }
}
