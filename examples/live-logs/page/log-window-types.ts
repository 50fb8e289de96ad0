import type { EventsOf, Room } from "@hubbub/client";
import type { chat } from "../chat.ts";
import type { Filter } from "./line-rows.ts";

/** The events of the viewer. */
export type Events = EventsOf<typeof chat>;

/** The part of a source's log that is in the page: contiguous messages, each an element of its rows. */
export interface LogWindow {
  readonly element: HTMLElement;
  readonly total: number;
  /** Lines that came after the newest one in the page. */
  readonly waiting: number;
  readonly hasOlder: boolean;
  readonly paused: boolean;
  /** What the reader should know of the log: that something is lost. */
  readonly note: string;
  pause(): void;
  /** Shows what waits, or, if that is much, the newest lines; the others are above, to be loaded. */
  resume(): Promise<void>;
  older(): Promise<void>;
  newer(): Promise<void>;
  filter(): void;
}

/** What a window needs of the page. */
export interface WindowOptions {
  room: Room<Events>;
  filter: Filter;
  /** Whether the reader looks at the newest lines, or at another source. */
  atEnd: () => boolean;
  /** Changes the element; the reader's place stays. */
  keep: (change: () => void) => void;
  changed: () => void;
}
