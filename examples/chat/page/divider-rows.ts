import { h, setText } from "./dom.ts";
import type { Row } from "./row-list.ts";

/** A line across the stream: a day, or where the unread messages begin. */
export function dividerRow(key: string, kind: "day" | "unread", text: string): Row {
  return {
    key,
    version: text,
    create: () => h("div", { class: `divider ${kind}` }, h("span")),
    update: (element) => setText(element.querySelector("span") ?? element, text),
  };
}

/** A remark in the stream, such as what was lost. */
export function noteRow(key: string, text: string): Row {
  return {
    key,
    version: text,
    create: () => h("p", { class: "note" }),
    update: (element) => setText(element, text),
  };
}
