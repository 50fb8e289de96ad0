import { find, h, setText } from "../../chat/page/dom.ts";
import { createDrawers } from "../../chat/page/drawers.ts";
import { count } from "../../chat/page/format.ts";
import type { Level } from "../chat.ts";
import { showConnection } from "./connection.ts";
import { createFilterBar, LEVELS } from "./filter-bar.ts";
import { type Source, watchSources } from "./sources.ts";

const NEAR_PX = 48;

interface App {
  sources: Map<string, Source>;
  active: Source | undefined;
  filter: { text: string; levels: Set<Level> };
  atEnd: boolean;
  /** Where the reader was when they last scrolled. */
  top: number;
  /** The frame that goes to the end; 0 if none is due. */
  frame: number;
}

const stream = () => find("stream", HTMLElement);

/** Runs the page. */
export function startApp(): void {
  const filter = { text: "", levels: new Set(LEVELS) };
  const app: App = { sources: new Map(), active: undefined, filter, atEnd: true, top: 0, frame: 0 };
  const changed = queued(() => show(app));
  const drawers = createDrawers(["rooms"]);
  const open = () => {
    let wanted = "";
    try {
      wanted = decodeURIComponent(location.hash.slice(1));
    } catch {
      // A broken address leads to the first source.
    }
    const next = app.sources.get(wanted) ?? app.active ?? [...app.sources.values()][0];
    if (next) openSource(app, next);
    drawers.close();
  };
  const client = watchSources({
    filter,
    changed,
    atEnd: (name) => name !== app.active?.name || app.atEnd,
    keep: (name, change) => (name === app.active?.name ? keep(app, change) : change()),
    found(source) {
      app.sources.set(source.name, source);
      find("room-list", HTMLElement).append(h("li", {}, source.link));
      if (!app.active || decodeURIComponentSafely() === source.name) openSource(app, source);
    },
  });
  showConnection(client);
  window.addEventListener("hashchange", open);
  listenToScrolling(app, changed);
  listenToPause(app);
  createFilterBar(filter, () => {
    app.active?.window.filter();
    changed();
  });
}

function decodeURIComponentSafely(): string | undefined {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return undefined;
  }
}

function queued(run: () => void): () => void {
  let waits = false;
  return () => {
    if (waits) return;
    waits = true;
    queueMicrotask(() => {
      waits = false;
      run();
    });
  };
}

function openSource(app: App, source: Source): void {
  app.active?.link.removeAttribute("aria-current");
  app.active = source;
  source.link.setAttribute("aria-current", "page");
  find("log", HTMLElement).replaceChildren(source.window.element);
  source.window.filter();
  toEnd(app);
  show(app);
}

function toEnd(app: App): void {
  stream().scrollTop = stream().scrollHeight;
  app.atEnd = true;
}

/** Once a frame: every look at the height lays out all rows. */
function followEnd(app: App): void {
  app.frame ||= requestAnimationFrame(() => {
    app.frame = 0;
    if (app.atEnd && !app.active?.window.paused) toEnd(app);
  });
}

/** What is added below the reader does not move them, and neither does what is added or taken above. */
function keep(app: App, change: () => void): void {
  const top = app.atEnd ? 0 : stream().getBoundingClientRect().top;
  const rows = app.atEnd ? [] : [...stream().querySelectorAll(".line:not([hidden])")];
  const anchor = rows.find((row) => row.getBoundingClientRect().bottom > top);
  const before = anchor?.getBoundingClientRect().top ?? 0;
  change();
  if (app.atEnd) followEnd(app);
  else if (anchor?.isConnected) stream().scrollTop += anchor.getBoundingClientRect().top - before;
}

function show(app: App): void {
  const { active } = app;
  if (!active) return;
  const { window, name } = active;
  setText(find("room-title", HTMLElement), name);
  setText(find("room-sub", HTMLElement), count(window.total, "line"));
  const older = find("older", HTMLButtonElement);
  older.hidden = !window.hasOlder;
  setText(find("older-note", HTMLElement), window.note);
  setText(find("pause-text", HTMLElement), window.paused ? "Resume" : "Pause");
  find("pause", HTMLButtonElement)
    .querySelector("use")
    ?.setAttribute("href", window.paused ? "#icon-resume" : "#icon-pause");
  const newest = find("to-newest", HTMLButtonElement);
  const { waiting } = window;
  newest.hidden = app.atEnd && waiting === 0 && !window.paused;
  const text = waiting ? `${count(waiting, "line")} waiting · ` : "";
  setText(find("to-newest-text", HTMLElement), `${text}Jump to newest`);
}

function listenToScrolling(app: App, changed: () => void): void {
  const element = stream();
  element.tabIndex = 0; // Without it a keyboard can't scroll everywhere.
  element.addEventListener("scroll", () => {
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    // Rows that came since move the end away; only the reader moves up.
    if (below < NEAR_PX) app.atEnd = true;
    else if (element.scrollTop < app.top) app.atEnd = false;
    app.top = element.scrollTop;
    if (app.atEnd && !app.active?.window.paused) void app.active?.window.newer();
    if (element.scrollTop < NEAR_PX && below > NEAR_PX) void app.active?.window.older();
    changed();
  });
  new ResizeObserver(() => {
    if (app.atEnd) toEnd(app);
  }).observe(element);
  find("older", HTMLButtonElement).addEventListener("click", () => {
    app.atEnd = false;
    void app.active?.window.older();
  });
  find("to-newest", HTMLButtonElement).addEventListener("click", async () => {
    stream().focus(); // The button is about to hide.
    await resume(app);
  });
}

async function resume(app: App): Promise<void> {
  app.atEnd = true;
  await app.active?.window.resume();
  toEnd(app);
  show(app);
  setText(find("status", HTMLElement), "Following the newest lines");
}

function listenToPause(app: App): void {
  const toggle = async () => {
    if (app.active?.window.paused) return resume(app);
    app.active?.window.pause();
    setText(find("status", HTMLElement), "Paused");
  };
  find("pause", HTMLButtonElement).addEventListener("click", toggle);
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.key !== " " || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (target instanceof Element && target.closest("input, button, a")) return;
    event.preventDefault();
    void toggle();
  });
}
