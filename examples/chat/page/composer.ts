import { find, setText } from "./dom.ts";

/** The most UTF-16 code units of a message, as the chat's schema has it. */
const MAX_LENGTH = 2000;
/** From how many left on they are counted. */
const COUNTED_FROM = 200;
/** How often others are told that somebody still writes. */
const TYPING_EVERY_MS = 3000;

/** What the field tells the page. */
export interface ComposerListener {
  send(text: string): void;
  /** Somebody writes, or stopped. */
  typing(on: boolean): void;
}

/** The field in which messages are written. */
export interface Composer {
  readonly text: string;
  /** Shows another room's draft. */
  open(room: string, draft: string): void;
  focus(): void;
  enable(on: boolean): void;
}

/**
 * Brings the message field to life.
 *
 * @param listener Told of what is written.
 */
export function createComposer(listener: ComposerListener): Composer {
  const form = find("composer", HTMLFormElement);
  const field = find("composer-text", HTMLTextAreaElement);
  const label = find("composer-label", HTMLLabelElement);
  let toldAt = 0;
  let enabled = true;

  const refresh = () => fit(form, field, enabled);
  const stopTyping = () => {
    if (toldAt) listener.typing(false);
    toldAt = 0;
  };
  const send = () => {
    const text = field.value.trim();
    if (!enabled || text === "" || text.length > MAX_LENGTH) return;
    field.value = "";
    refresh();
    toldAt = 0; // The message itself says that the writing is over.
    listener.send(text);
  };

  field.addEventListener("input", () => {
    refresh();
    if (field.value.trim() === "") return stopTyping();
    if (Date.now() - toldAt < TYPING_EVERY_MS) return;
    toldAt = Date.now();
    listener.typing(true);
  });
  field.addEventListener("blur", stopTyping);
  field.addEventListener("keydown", (event) => {
    // While an input method composes a word, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
    field.focus();
  });
  // Also the first time: a browser may bring back what was in the field.
  refresh();

  return {
    get text() {
      return field.value;
    },
    open(room, draft) {
      stopTyping();
      field.value = draft;
      field.placeholder = `Message #${room}`;
      setText(label, `Message to #${room}`);
      refresh();
    },
    focus: () => field.focus(),
    enable(on) {
      enabled = on;
      field.disabled = !on;
      refresh();
    },
  };
}

function fit(form: HTMLFormElement, field: HTMLTextAreaElement, enabled: boolean): void {
  const count = find("composer-count", HTMLOutputElement);
  const send = find("send", HTMLButtonElement);
  const length = field.value.trim().length;
  const left = MAX_LENGTH - length;
  setText(count, left > COUNTED_FROM ? "" : left >= 0 ? `${left} left` : `${-left} too many`);
  form.classList.toggle("too-long", left < 0);
  send.disabled = !enabled || length === 0 || left < 0;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`; // The style sheet bounds it.
}
