import { h } from "../../chat/page/dom.ts";
import type { Level, Line } from "../chat.ts";

/** Which lines are shown. */
export interface Filter {
  text: string;
  levels: ReadonlySet<Level>;
}

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** Makes the rows of one message. */
export function chunkOf(lines: readonly Line[], filter: Filter): HTMLElement {
  const chunk = h("div", {}, ...lines.map(rowOf));
  applyFilter(chunk, filter);
  return chunk;
}

function rowOf({ n, level, text, ts, more }: Line): HTMLElement {
  const row = h(
    "div",
    { class: "line", "data-level": level, "data-n": String(n) },
    h("span", { class: "no" }, String(n)),
    h("time", { datetime: new Date(ts).toISOString() }, clock.format(ts)),
    h("span", { class: "level" }, level === "none" ? "" : level.toUpperCase()),
    h("span", { class: "text" }, text),
  );
  if (more) row.lastElementChild?.after(h("span", { class: "more text" }, "↩ goes on"));
  return row;
}

/** Hides what the filter leaves out; nothing is dropped. */
export function applyFilter(within: HTMLElement, { text, levels }: Filter): void {
  const wanted = text.toLowerCase();
  for (const row of within.querySelectorAll<HTMLElement>(".line")) {
    const shown = row.querySelector(".text")?.textContent?.toLowerCase() ?? "";
    row.hidden = !levels.has(row.dataset.level as Level) || !shown.includes(wanted);
  }
}
