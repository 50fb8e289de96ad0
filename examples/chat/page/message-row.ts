import { avatar } from "./avatar.ts";
import { h, icon, setText } from "./dom.ts";
import { formatFull, formatTime, hue } from "./format.ts";
import { linkText } from "./link-text.ts";
import type { Row } from "./row-list.ts";

/** A message as a row shows it. */
export interface MessageRow {
  key: string;
  own: boolean;
  /** The sender's user id; empty for the server. */
  sender: string;
  name: string;
  text: string;
  ts: number;
  seq?: number;
  state: "received" | "acked" | "waiting" | "sending" | "failed";
  /** Why it failed. */
  reason?: string;
  /** Whether it begins, and ends, a group of one sender's messages. */
  first: boolean;
  last: boolean;
  retry?(): void;
  discard?(): void;
}

const MARKS = {
  acked: { icon: "acked", label: "Delivered" },
  waiting: { icon: "sending", label: "Waiting for the connection" },
  sending: { icon: "sending", label: "Sending" },
  failed: { icon: "failed", label: "Not sent" },
} as const;

/** Creates a message's row. */
export function messageRow(message: MessageRow): Row {
  const { key, state, first, last, text, ts, name, reason = "" } = message;
  return {
    key,
    version: JSON.stringify([state, first, last, ts, name, reason, text]),
    create: () => create(message),
    update: (element) => update(element, message),
  };
}

function create({ own, sender, name }: MessageRow): HTMLElement {
  const label = h("span", { class: "visually-hidden sender-label" });
  const bubble = h(
    "div",
    { class: "bubble" },
    label,
    ...(own
      ? []
      : [
          h("bdi", {
            class: `sender hue-${hue(sender)}`,
            "aria-hidden": "true",
          }),
        ]),
    h("p", { class: "text", dir: "auto" }),
    h("span", { class: "meta" }, h("time"), ...(own ? [h("span", { class: "mark" })] : [])),
  );
  const side = own ? [] : [avatar(sender, name)];
  return h("div", { class: "message" }, ...side, h("div", { class: "body" }, bubble));
}

function update(element: HTMLElement, message: MessageRow): void {
  const { own, first, last, state, seq, name, ts, text } = message;
  element.className = ["message", own && "own", first && "first", last && "last", state]
    .filter(Boolean)
    .join(" ");
  element.dataset.state = state;
  if (seq !== undefined) element.dataset.seq = String(seq);
  const part = (selector: string) => element.querySelector<HTMLElement>(selector);
  setText(part(".sender-label") ?? element, `${own ? "You" : name}: `);
  const sender = part(".sender");
  if (sender) setText(sender, name);
  const body = part(".text");
  if (body && body.textContent !== text) body.replaceChildren(...linkText(text));
  const time = part("time");
  if (time) {
    time.setAttribute("datetime", new Date(ts).toISOString());
    time.title = formatFull(ts);
    setText(time, formatTime(ts));
  }
  updateMark(part(".mark"), state);
  updateFailure(element, message);
}

function updateMark(mark: HTMLElement | null, state: MessageRow["state"]): void {
  if (!mark || state === "received") return;
  const { icon: name, label } = MARKS[state];
  mark.title = label;
  mark.replaceChildren(icon(name), h("span", { class: "visually-hidden" }, label));
}

function updateFailure(
  element: HTMLElement,
  { state, reason = "", retry, discard }: MessageRow,
): void {
  element.querySelector(".failure")?.remove();
  if (state !== "failed") return;
  const again = h("button", { type: "button", class: "text-button" }, "Try again");
  again.addEventListener("click", () => retry?.());
  const drop = h("button", { type: "button", class: "text-button" }, "Discard");
  drop.addEventListener("click", () => discard?.());
  const failure = h("p", { class: "failure" }, h("span", { role: "alert" }, reason), again, drop);
  element.querySelector(".body")?.append(failure);
}
