import { HubbubClientError, type Message } from "@hubbub/client";
import { h } from "../../chat/page/dom.ts";
import type { Line } from "../chat.ts";
import { applyFilter, chunkOf } from "./line-rows.ts";
import type { Events, LogWindow, WindowOptions } from "./log-window-types.ts";

const MAX_ROWS = 5000;
const FAR = 50; // Messages; more is not read through, but jumped over.

interface State extends WindowOptions {
  element: HTMLElement;
  chunks: { seq: number; lastN: number; rows: number; element: HTMLElement }[];
  epoch: string;
  head: number;
  /** The seq of the oldest message that the server keeps, as far as this page knows. */
  oldest: number;
  headN: number;
  rows: number;
  /** New messages are shown as they come. */
  following: boolean;
  paused: boolean;
  /** The read that is under way. */
  work: Promise<void> | undefined;
  note: string;
}

/** Opens a window on the newest lines of a room that was just joined. */
export function openWindow(options: WindowOptions): LogWindow {
  const s: State = {
    ...options,
    ...{ element: h("div"), chunks: [], epoch: "", head: 0, oldest: 1, headN: 0, rows: 0 },
    ...{ following: true, paused: false, work: undefined, note: "" },
  };
  s.room.on("message", (message) => arrived(s, message));
  s.room.on("reset", ({ epochChanged, oldest }) => {
    clear(s);
    s.oldest = oldest;
    s.note = epochChanged
      ? "The server has begun a new log; what was before is gone."
      : "Lines before these are no longer kept by the server.";
    s.changed();
  });
  return {
    element: s.element,
    get total() {
      return s.headN;
    },
    get waiting() {
      return s.headN - (s.chunks.at(-1)?.lastN ?? s.headN);
    },
    get hasOlder() {
      return (s.chunks[0]?.seq ?? 0) > s.oldest;
    },
    get paused() {
      return s.paused;
    },
    get note() {
      return s.note;
    },
    pause() {
      s.paused = true;
      s.following = false;
      s.changed();
    },
    resume: () => resume(s),
    older: () => alone(s, () => loadOlder(s)),
    newer: () => alone(s, () => loadNewer(s)),
    filter: () => s.keep(() => applyFilter(s.element, s.filter)),
  };
}

function arrived(s: State, message: Message<Events>): void {
  if (message.event !== "lines") return;
  if (message.epoch !== s.epoch) clear(s);
  s.epoch = message.epoch;
  s.head = message.seq;
  s.headN = message.data.lines.at(-1)?.n ?? s.headN;
  // Somebody who reads older lines keeps them; the newer ones wait.
  if (s.rows > MAX_ROWS && !s.atEnd()) s.following = false;
  if (s.following || !s.chunks.length) {
    s.keep(() => {
      add(s, message.seq, message.data.lines, "end");
      if (s.atEnd()) trim(s, "start");
    });
  }
  s.changed();
}

function add(s: State, seq: number, lines: readonly Line[], where: "start" | "end"): void {
  const element = chunkOf(lines, s.filter);
  const chunk = { seq, lastN: lines.at(-1)?.n ?? 0, rows: lines.length, element };
  if (where === "end") s.chunks.push(chunk);
  else s.chunks.unshift(chunk);
  s.element[where === "end" ? "append" : "prepend"](element);
  s.rows += lines.length;
}

function trim(s: State, where: "start" | "end"): void {
  while (s.rows > MAX_ROWS && s.chunks.length > 1) {
    const chunk = where === "start" ? s.chunks.shift() : s.chunks.pop();
    chunk?.element.remove();
    s.rows -= chunk?.rows ?? 0;
    if (where === "end") s.following = false;
  }
}

function clear(s: State): void {
  s.element.replaceChildren();
  Object.assign(s, { chunks: [], rows: 0, following: !s.paused });
}

/** One reader of the log at a time; a lost answer is asked for again by the next scroll. */
function alone(s: State, run: () => Promise<void>): Promise<void> {
  s.work ??= run()
    .catch((error: unknown) => {
      if (!(error instanceof HubbubClientError)) throw error;
    })
    .finally(() => {
      s.work = undefined;
      s.changed();
    });
  return s.work;
}

async function read(s: State, range: { before: number } | { after: number }) {
  const { epoch } = s;
  const { messages, oldest } = await s.room.history({ ...range, limit: 64 });
  const same = epoch === s.epoch && messages.every((message) => message.epoch === epoch);
  const lines = messages.flatMap((message) => (message.event === "lines" ? [message] : []));
  return { messages: same ? lines : [], oldest };
}

async function loadOlder(s: State): Promise<void> {
  const first = s.chunks[0];
  if (!first || first.seq <= s.oldest) return;
  const { messages, oldest } = await read(s, { before: first.seq });
  if (s.chunks[0] !== first) return; // The window has moved meanwhile.
  s.oldest = oldest;
  if (oldest >= first.seq) s.note = "Earlier lines are no longer kept by the server.";
  s.keep(() => {
    for (const { seq, data } of messages.reverse()) add(s, seq, data.lines, "start");
    trim(s, "end");
  });
}

async function loadNewer(s: State): Promise<void> {
  const last = s.chunks.at(-1);
  if (!last || s.following) return;
  if (last.seq < s.head) {
    const { messages } = await read(s, { after: last.seq });
    if (s.chunks.at(-1) !== last) return;
    s.keep(() => {
      for (const { seq, data } of messages) add(s, seq, data.lines, "end");
      trim(s, "start");
    });
  }
  // No message can come between this look at the head and the next one that is shown.
  if (!s.paused && (s.chunks.at(-1)?.seq ?? 0) >= s.head) s.following = true;
}

async function resume(s: State): Promise<void> {
  s.paused = false;
  await s.work; // It began before, and reads something else.
  await alone(s, async () => {
    if (s.head - (s.chunks.at(-1)?.seq ?? s.head) > FAR) await jump(s);
    while (!s.following && !s.paused) {
      const before = s.chunks.at(-1);
      await loadNewer(s);
      if (!s.following && s.chunks.at(-1) === before) break;
    }
  });
}

async function jump(s: State): Promise<void> {
  const { messages } = await read(s, { before: s.head + 1 });
  if (!messages.length) return;
  s.keep(() => {
    clear(s);
    s.following = false;
    for (const { seq, data } of messages) add(s, seq, data.lines, "end");
  });
}
