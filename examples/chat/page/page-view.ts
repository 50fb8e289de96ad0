import type { ClientState } from "@hubbub/client";
import { setAvatar } from "./avatar.ts";
import { find, setText } from "./dom.ts";
import { count } from "./format.ts";
import { guestNumber, type Identity } from "./identity.ts";
import { peopleHint, peopleRows, typingText } from "./people-view.ts";
import { roomHash } from "./room-name.ts";
import type { RoomState } from "./room-state.ts";
import { roomRows } from "./rooms-view.ts";
import { createRowList } from "./row-list.ts";
import { createScroller } from "./scroller.ts";
import type { Session } from "./session-types.ts";
import { streamRows } from "./stream-rows.ts";

/** What the view shows. */
export interface PageViewOptions {
  session: Session;
  identity: Identity;
  /** The name of the room that is open. */
  active(): string;
  changed(): void;
}

/** The page, apart from what one types into. */
export interface PageView {
  /** Whether the newest message is in sight. */
  readonly atEnd: boolean;
  /** Brings everything up to date. */
  show(): void;
  /** Another room was opened. */
  opened(): void;
  /** Goes to the newest message. */
  toEnd(): void;
}

const CONNECTION: Record<ClientState, string> = {
  connecting: "Connecting…",
  open: "Connected",
  resuming: "Reconnecting…",
  closed: "Disconnected",
};

/** Creates the view. */
export function createPageView(options: PageViewOptions): PageView {
  const { session, active, changed } = options;
  const log = find("log", HTMLElement);
  const stream = createRowList(log);
  const rooms = createRowList(find("room-list", HTMLElement));
  const people = createRowList(find("people-list", HTMLElement));
  const loadOlder = () => void session.older(active());
  const scroller = createScroller({
    stream: find("stream", HTMLElement),
    button: find("to-newest", HTMLElement),
    label: find("to-newest-text", HTMLElement),
    reachedStart: loadOlder,
    reachedEnd: changed,
  });
  find("older", HTMLElement).addEventListener("click", loadOlder);

  const showRoom = (room: RoomState) => {
    const me = session.user?.id ?? "";
    if (scroller.atEnd && !document.hidden) room.unread = 0;
    const actions = {
      retry: (mid: string) => session.retry(room.name, mid),
      discard: (mid: string) => session.discard(room.name, mid),
    };
    scroller.keep(() => {
      const rows = streamRows(room, me, actions, Date.now());
      stream.show(rows.map((row) => ({ ...row, key: `${room.name} ${row.key}` })));
      showOlder(room);
    });
    scroller.unseen(room.unread);
    people.show(peopleRows(room, me));
    showHead(room);
  };

  return {
    get atEnd() {
      return scroller.atEnd;
    },
    show() {
      const room = session.room(active());
      if (room) showRoom(room);
      rooms.show(roomRows(session.rooms, active()));
      showFrame(options);
    },
    opened() {
      // Nobody wants a room's whole past read aloud: only what is said from now on.
      log.setAttribute("aria-live", "off");
      scroller.toEnd();
      this.show();
      scroller.toEnd();
      setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
    },
    toEnd: () => scroller.toEnd(),
  };
}

function showOlder({ older, beginning, entries, outgoing, ready }: RoomState): void {
  const button = find("older", HTMLButtonElement);
  button.hidden = older !== "there" && older !== "loading";
  button.disabled = older === "loading";
  setText(button, older === "loading" ? "Loading…" : "Load older messages");
  const note = find("older-note", HTMLElement);
  const empty = ready && entries.length + outgoing.length === 0;
  note.hidden = !ready || older !== "none" || beginning === "";
  setText(note, empty ? "Nothing has been said here yet. Say hello!" : beginning);
}

function showHead(room: RoomState): void {
  const { name, online, members } = room;
  setText(find("room-title", HTMLElement), `#${name}`);
  setText(find("room-sub", HTMLElement), online === undefined ? "" : `${online} online`);
  setText(
    find("people-label", HTMLElement),
    online === undefined ? "Online" : `Online · ${online}`,
  );
  setText(find("people-hint", HTMLElement), peopleHint(room));
  setText(find("typing", HTMLElement), typingText(room));
  const people = find("show-people", HTMLElement);
  people.setAttribute("aria-label", online === undefined ? "People" : `People, ${online} online`);
  const second = find("second-guest", HTMLAnchorElement);
  second.href = `/?guest=${guestNumber() + 1}${roomHash(name)}`;
  second.hidden = (members?.length ?? 0) > 8;
}

function showFrame({ session, identity, active }: PageViewOptions): void {
  const { kind, text } = session.notice.notice;
  const banner = find("banner", HTMLElement);
  banner.dataset.kind = kind;
  setText(find("banner-text", HTMLElement), text);
  find("reconnect", HTMLButtonElement).hidden = kind !== "closed";

  const connection = find("connection", HTMLElement);
  connection.dataset.state = session.connection;
  setText(connection, CONNECTION[session.connection]);
  setText(find("me-name", HTMLElement), identity.name);
  setAvatar(find("me-avatar", HTMLElement), session.user?.id ?? "", identity.name);
  find("leave", HTMLButtonElement).hidden = session.rooms.length < 2;

  const unread = session.rooms.reduce((sum, room) => sum + room.unread, 0);
  const elsewhere = session.rooms.some((room) => room.unread > 0 && room.name !== active());
  find("elsewhere", HTMLElement).hidden = !elsewhere;
  find("show-rooms", HTMLElement).setAttribute(
    "aria-label",
    elsewhere ? `Rooms, ${count(unread, "unread message")}` : "Rooms",
  );
  const title = `${unread ? `(${unread}) ` : ""}#${active()} · hubbub`;
  if (document.title !== title) document.title = title;
}
