import type { HubbubClientError } from "./errors.ts";
import type { ChatTypes, DataInput, EphemeralEvent, EventsOf, LoggedEvent } from "./event-types.ts";
import type { Member } from "./message-types.ts";
import type { WebSocketConstructor } from "./ports.ts";
import type { PublishAck, PublishOptions, Room } from "./room-types.ts";

/**
 * `connecting` for the first time, `open`, `resuming` when the connection was lost, or `closed` for good.
 */
export type ClientState = "connecting" | "open" | "resuming" | "closed";

/** Options of `createClient`. Either `url` or `negotiate` is needed. */
export interface ClientOptions {
  /** The WebSocket's address, or a function that is asked for it before every connect. */
  url?: string | URL | (() => string | URL | Promise<string | URL>);
  /** The token, or a function that is asked for it before every connect. (Default: none) */
  token?: string | (() => string | undefined | Promise<string | undefined>) | undefined;
  /** Asked for address and token before every connect, where a request hands out both. */
  negotiate?: () => Promise<{ url: string; token?: string | undefined }>;
  /**
   * A secret of 16 to 64 `[A-Za-z0-9_-]`; who you are, where the application does not authenticate.
   * (Default: random)
   */
  session?: string | undefined;
  /** The WebSocket class. (Default: `globalThis.WebSocket`, which Node has from 22 on) */
  WebSocket?: WebSocketConstructor | undefined;
  /** From 0 up to, not including, 1. Must not be guessable: sessions are made with it. (Default: `crypto`) */
  random?: () => number;
  /** Milliseconds since the Unix epoch. (Default: `Date.now`) */
  now?: () => number;
  /** Calls `run` after `ms` milliseconds, unless the answered function is called. (Default: `setTimeout`) */
  setTimer?: (ms: number, run: () => void) => () => void;
  /** How long a connect may take until it is welcomed, in milliseconds. (Default: 10,000) */
  connectTimeoutMs?: number | undefined;
  /** How long an answer may take, in milliseconds. (Default: 10,000) */
  answerTimeoutMs?: number | undefined;
  /** The longest wait between two connects, in milliseconds. (Default: 30,000) */
  backoffMaxMs?: number | undefined;
  /** How many publishes may wait for their ack. (Default: 1,000) */
  maxPending?: number | undefined;
}

/** Options of a join. */
export interface JoinOptions {
  /** How many of the newest messages to get, 0 to 100. (Default: 0) */
  last?: number;
}

/** The server's notice that it is going to close the connection. The client acts on it by itself. */
export interface Bye {
  /** The close code to come. */
  readonly code: number;
  readonly reason: string;
  /** Whether the client opens another connection. */
  readonly reconnect: boolean;
}

/** How a client ended. */
export interface ClientEnding {
  /** The WebSocket close code, or 1000 after `close`. */
  readonly code: number;
  readonly reason: string;
  /** Absent after `close`. */
  readonly error?: HubbubClientError;
}

/** What a client tells its listeners. */
export interface ClientEvents {
  state: ClientState;
  /** An error that answers no call. */
  error: HubbubClientError;
  bye: Bye;
}

/** Another user's inbox. */
export interface Inbox<E = Record<string, unknown>> {
  /** Publishes to it, as `publish` of a room does. */
  publish<K extends LoggedEvent<E>>(
    event: K,
    data: DataInput<E, K>,
    options?: PublishOptions,
  ): Promise<PublishAck>;
  /** Signals to it, as `signal` of a room does. */
  signal<K extends EphemeralEvent<E>>(event: K, data: DataInput<E, K>): boolean;
}

/** A client: one connection that is kept, and the rooms on it. */
export interface Client<C extends ChatTypes> {
  readonly state: ClientState;
  /** Who the server says you are; undefined before the first welcome. */
  readonly user: Member | undefined;
  /** Resolves when it ended for good. Never rejects. */
  readonly closed: Promise<ClientEnding>;
  /**
   * Listens. A listener that throws is reported like any uncaught error and stops nothing.
   *
   * @param name What to listen to.
   * @param listener Called with each.
   * @returns A function that stops listening.
   */
  on<N extends keyof ClientEvents>(name: N, listener: (value: ClientEvents[N]) => void): () => void;
  /**
   * Joins a room, and again after every reconnect, until it is left.
   *
   * @param name The room's name: 1 to 128 UTF-16 code units.
   * @param options How much to get of what was said before; of the first call for a room.
   * @returns The room; the same object for the same name.
   * @throws HubbubClientError with `closed` if the client is.
   */
  join(name: string, options?: JoinOptions): Room<EventsOf<C>>;
  /**
   * Joins your own inbox, as soon as it is known who you are.
   *
   * @param options As for `join`.
   * @returns The room; the same object every time.
   * @throws HubbubClientError with `closed` if the client is.
   */
  inbox(options?: JoinOptions): Room<EventsOf<C>>;
  /**
   * Reaches another user's inbox without joining it. Its position is kept for as long as the client lives.
   *
   * @param userId The user's id.
   * @returns What can be done there.
   */
  to(userId: string): Inbox<EventsOf<C>>;
  /** Closes for good. Publishes without an ack are rejected with `closed`. */
  close(): Promise<void>;
}
