import { setText } from "./dom.ts";
import { count } from "./format.ts";

/** Keeps the stream where its reader is: at the newest message, or at what they scrolled back to. */
export interface Scroller {
  readonly atEnd: boolean;
  /** Changes the content; the reader's place stays. */
  keep(change: () => void): void;
  /** Goes to the newest message, whatever the reader looks at. */
  toEnd(): void;
  /** Says how many messages have come that the reader can't see. */
  unseen(n: number): void;
}

/** The elements and listeners of a scroller. */
export interface ScrollerOptions {
  stream: HTMLElement;
  /** Goes to the newest message. */
  button: HTMLElement;
  label: HTMLElement;
  /** The reader has scrolled to the beginning. */
  reachedStart(): void;
  /** The reader has come to the end. */
  reachedEnd(): void;
}

const NEAR_PX = 48;

/** Watches the stream. */
export function createScroller(options: ScrollerOptions): Scroller {
  const { stream, button, label, reachedStart, reachedEnd } = options;
  let atEnd = true;
  stream.tabIndex = 0; // Without it a keyboard can't scroll everywhere.

  const showButton = () => {
    button.hidden = atEnd;
  };
  const toEnd = () => {
    stream.scrollTop = stream.scrollHeight;
    atEnd = true;
    showButton();
  };
  stream.addEventListener("scroll", () => {
    const wasAtEnd = atEnd;
    atEnd = stream.scrollHeight - stream.scrollTop - stream.clientHeight < NEAR_PX;
    if (atEnd && !wasAtEnd) reachedEnd();
    if (stream.scrollTop < NEAR_PX && stream.scrollHeight > stream.clientHeight) reachedStart();
    showButton();
  });
  button.addEventListener("click", () => {
    toEnd();
    reachedEnd();
  });
  // The virtual keyboard and the growing message field take room from the stream.
  new ResizeObserver(() => {
    if (atEnd) toEnd();
  }).observe(stream);

  return {
    get atEnd() {
      return atEnd;
    },
    keep(change) {
      const fromEnd = stream.scrollHeight - stream.scrollTop;
      const above = stream.scrollTop;
      const first = stream.querySelector(".message");
      change();
      if (atEnd) toEnd();
      // Only what is added above the reader moves them.
      else if (first !== stream.querySelector(".message"))
        stream.scrollTop = stream.scrollHeight - fromEnd;
      else stream.scrollTop = above;
    },
    toEnd,
    unseen: (n) => setText(label, n ? count(n, "new message") : "Newest"),
  };
}
