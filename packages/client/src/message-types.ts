import type { DataOutput, EphemeralEvent, LoggedEvent } from "./event-types.ts";

/** A user as others see it. */
export interface Member {
  /** The user's id. */
  readonly id: string;
  /** The name to show, if the application gives one. */
  readonly name?: string | undefined;
}

/** A place in a room's log. */
export interface Position {
  /** Names one life of the log. */
  readonly epoch: string;
  /** The seq of the last message delivered; 0 before the first. */
  readonly seq: number;
}

/** What every message has, whatever its event. */
export interface MessageBase extends Position {
  /** The room's name. */
  readonly room: string;
  /** The sender's id of the message. */
  readonly mid: string;
  /** The sender; absent when the server published. */
  readonly from?: Member | undefined;
  /** When it was stored, in milliseconds since the Unix epoch, by the server's clock. */
  readonly ts: number;
  /** Whether this client's user sent it, here or elsewhere. */
  readonly own: boolean;
  /** Whether it came with a join as one of the `last` messages, and not as something new or missed. */
  readonly backlog: boolean;
}

/** A logged message of any of the events `E`. Test `event` to narrow `data`. */
export type Message<E = Record<string, unknown>> = {
  [K in LoggedEvent<E>]: MessageBase & { readonly event: K; readonly data: DataOutput<E, K> };
}[LoggedEvent<E>];

/** An ephemeral event of any of the events `E`. Test `event` to narrow `data`. */
export type Signal<E = Record<string, unknown>> = {
  [K in EphemeralEvent<E>]: {
    readonly room: string;
    readonly event: K;
    readonly data: DataOutput<E, K>;
    readonly from?: Member | undefined;
  };
}[EphemeralEvent<E>];
