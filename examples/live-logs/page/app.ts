import { find, h, setText } from "../../chat/page/dom.ts";
import { createDrawers } from "../../chat/page/drawers.ts";
import { count } from "../../chat/page/format.ts";
import type { Level } from "../chat.ts";
import { showConnection } from "./connection.ts";
import { type Source, watchSources } from "./sources.ts";

const LEVELS: readonly Level[] = ["error", "warn", "info", "debug", "none"];
const NEAR_PX = 48;

interface App {
  sources: Map<string, Source>;
  active: Source | undefined;
  filter: { text: string; levels: Set<Level> };
  atEnd: boolean;
}

const stream = () => find("stream", HTMLElement);

/** Runs the page. */
export function startApp(): void {
  const filter = { text: "", levels: new Set(LEVELS) };
  const app: App = { sources: new Map(), active: undefined, filter, atEnd: true };
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
  listenToFilter(app, changed);
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

/** What is added below the reader does not move them, and neither does what is added or taken above. */
function keep(app: App, change: () => void): void {
  const top = stream().getBoundingClientRect().top;
  const rows = [...find("log", HTMLElement).querySelectorAll(".line:not([hidden])")];
  const anchor = app.atEnd
    ? undefined
    : rows.find((row) => row.getBoundingClientRect().bottom > top);
  const before = anchor?.getBoundingClientRect().top ?? 0;
  change();
  if (app.atEnd && !app.active?.window.paused) toEnd(app);
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
    app.atEnd = below < NEAR_PX;
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

function listenToFilter(app: App, changed: () => void): void {
  const apply = () => {
    app.active?.window.filter();
    changed();
  };
  const field = find("filter", HTMLInputElement);
  field.addEventListener("input", () => {
    app.filter.text = field.value;
    apply();
  });
  for (const level of LEVELS) {
    const label = level === "none" ? "other" : level;
    const button = h(
      "button",
      { type: "button", "aria-pressed": "true", "data-level": level },
      label,
    );
    button.addEventListener("click", () => {
      const on = !app.filter.levels.has(level);
      if (on) app.filter.levels.add(level);
      else app.filter.levels.delete(level);
      button.setAttribute("aria-pressed", String(on));
      apply();
    });
    find("levels", HTMLElement).append(button);
  }
}
