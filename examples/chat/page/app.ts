import { createComposer } from "./composer.ts";
import { find } from "./dom.ts";
import { createDrawers } from "./drawers.ts";
import { type Identity, saveIdentity } from "./identity.ts";
import { askName } from "./name-dialog.ts";
import { createPageView } from "./page-view.ts";
import { readRoomName, roomFromHash, roomHash } from "./room-name.ts";
import { neighbour } from "./rooms-view.ts";
import { createSession } from "./session.ts";
import type { Session } from "./session-types.ts";

/** Where everybody meets. */
const LOBBY = "lobby";

interface App {
  readonly identity: Identity;
  readonly session: Session;
  active: string;
  /** Says something about the field for a room's name. */
  problem(text: string): void;
}

/**
 * Runs the page.
 *
 * @param identity Who is there.
 */
export function startApp(identity: Identity): void {
  const problem = (text: string) => {
    find("join-error", HTMLElement).textContent = text;
    find("join-name", HTMLInputElement).toggleAttribute("aria-invalid", text !== "");
  };
  const url = new URL("/chat", location.href.replace(/^http/, "ws"));
  let queued = false;
  const changed = () => {
    if (queued) return;
    queued = true;
    queueMicrotask(() => {
      queued = false;
      show();
    });
  };
  const session = createSession({
    url: url.href,
    identity,
    changed,
    watching: (room) => room === app.active && !document.hidden && view.atEnd,
    refused(room, text) {
      problem(text);
      session.notice.say(text);
      if (room === app.active) goTo(session.rooms[0]?.name ?? LOBBY);
    },
  });
  const app: App = { identity, session, active: "", problem };
  const composer = createComposer({
    send(text) {
      session.say(app.active, text);
      view.toEnd();
    },
    typing: (on) => session.typing(app.active, on),
  });
  const drawers = createDrawers();
  const view = createPageView({ session, identity, active: () => app.active, changed });
  const show = () => view.show();
  const open = () =>
    openHash(app, (name) => {
      const old = session.room(app.active);
      if (old) Object.assign(old, { draft: composer.text, firstUnread: undefined });
      app.active = name;
      composer.open(name, session.join(name).draft);
      drawers.close();
      view.opened();
    });

  for (const name of identity.rooms) session.join(name);
  window.addEventListener("hashchange", () => {
    open();
    if (hasKeyboard) composer.focus();
  });
  listen(app, changed);
  open();
  if (hasKeyboard) composer.focus();
}

/** Where a focus in the field would bring up a keyboard on the screen, it is left to the reader. */
const hasKeyboard = matchMedia("(hover: hover)").matches;

const goTo = (room: string) => location.assign(roomHash(room));

function openHash(app: App, open: (name: string) => void): void {
  const wanted = roomFromHash(location.hash);
  const read = readRoomName(wanted || app.identity.rooms[0] || LOBBY);
  if ("problem" in read) {
    app.problem(read.problem);
    goTo(app.active || app.identity.rooms[0] || LOBBY);
    return;
  }
  app.problem("");
  // The address says where one is, so that it can be copied.
  if (wanted !== read.name) history.replaceState(null, "", roomHash(read.name));
  open(read.name);
}

function listen(app: App, changed: () => void): void {
  const { session, identity } = app;
  const field = find("join-name", HTMLInputElement);
  find("join-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    const read = readRoomName(field.value);
    if ("problem" in read) return app.problem(read.problem);
    app.problem("");
    field.value = "";
    goTo(read.name);
  });
  find("leave", HTMLButtonElement).addEventListener("click", () => {
    const next = neighbour(session.rooms, app.active, -1);
    session.leave(app.active);
    goTo(next ?? LOBBY);
  });
  find("rename", HTMLButtonElement).addEventListener("click", async () => {
    const name = await askName(identity.name);
    if (name === undefined || name === identity.name) return;
    identity.name = name;
    saveIdentity(identity);
    session.reconnect();
    changed();
  });
  find("reconnect", HTMLButtonElement).addEventListener("click", () => session.reconnect());
  find("copy-link", HTMLButtonElement).addEventListener("click", async () => {
    const link = new URL(`/${roomHash(app.active)}`, location.href).href;
    await navigator.clipboard.writeText(link).then(
      () => session.notice.say("The link to this room is copied."),
      () => session.notice.say(`This room’s link: ${link}`),
    );
  });
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    event.preventDefault();
    const next = neighbour(session.rooms, app.active, event.key === "ArrowDown" ? 1 : -1);
    if (next) goTo(next);
  });
  document.addEventListener("visibilitychange", changed);
  setInterval(() => session.expireTyping(Date.now()), 1000);
  window.addEventListener("beforeunload", (event) => {
    // A message without an ack would be lost with the page.
    if (session.rooms.some(({ outgoing }) => outgoing.length > 0)) event.preventDefault();
  });
}
