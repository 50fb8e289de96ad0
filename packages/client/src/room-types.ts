import type { HubbubClientErrorCode } from "./errors.ts";
import type {
  DataInput,
  EphemeralEvent,
  LoggedEvent,
  ReplyOutput,
  RequestEvent,
} from "./event-types.ts";
import type { Member, Message, Position, Signal } from "./message-types.ts";

/** Who is online in a room. */
export interface Presence {
  /** How many users; in rooms with more than 200 connections, how many connections. */
  readonly online: number;
  /** The users; absent in rooms with more than 200 connections. */
  readonly members?: readonly Member[] | undefined;
  /** Changes with the content. */
  readonly version: string;
}

/** Messages that this client has lost: they are no longer kept, or their log is gone. */
export interface Reset {
  /** Whether the log is another one than before; then what was lost can't be counted. */
  readonly epochChanged: boolean;
  /** The seq of the first message lost, in the same epoch. */
  readonly from: number | undefined;
  /** The seq of the last message lost, in the same epoch. */
  readonly to: number | undefined;
  /** The seq of the oldest message still kept. */
  readonly oldest: number;
  /** The seq of the newest message. */
  readonly head: number;
}

/** The outcome of a rejoin. */
export interface Recovered {
  /** Whether everything that was missed has come. If false, a `reset` said so before. */
  readonly recovered: boolean;
  /** How many messages have come by it. */
  readonly count: number;
}

/** A publish that the server has not acknowledged yet. */
export interface PendingPublish {
  /** Its id, the same as in the message to come. */
  readonly mid: string;
  readonly event: string;
  readonly data: unknown;
  /** `waiting` for the connection or an earlier publish, or `sending`. */
  readonly state: "waiting" | "sending";
}

/** The server's word that a message is stored. */
export interface PublishAck extends Position {
  readonly mid: string;
  /** When it was stored, in milliseconds since the Unix epoch, by the server's clock. */
  readonly ts: number;
  /** Whether an earlier try had stored it already. */
  readonly dup: boolean;
}

/** Options of a publish. */
export interface PublishOptions {
  /**
   * The message's id, 1 to 64 of `[A-Za-z0-9_-]`. The client's own retries are stored once; a call with the
   * same id later on is recognised only among what was said since this client last looked. (Default: random)
   */
  mid?: string;
}

/** What to read from a room's log: up to `limit` (0 to 256, default 50) messages. */
export interface HistoryOptions {
  /** Reads the messages just before this seq. */
  before?: number;
  /** Reads the messages from this seq + 1 on. */
  after?: number;
  limit?: number;
}

/** A part of a room's log. */
export interface HistoryPage<E = Record<string, unknown>> {
  /** In ascending order. */
  readonly messages: readonly Message<E>[];
  /** The seq of the oldest message still kept. */
  readonly oldest: number;
  /** The seq of the newest message. */
  readonly head: number;
  /** Whether there is more in the direction that was asked for. */
  readonly more: boolean;
}

/** What a room tells its listeners. */
export interface RoomEvents<E = Record<string, unknown>> {
  /** A logged message: in order, once, own ones too. */
  message: Message<E>;
  /** An ephemeral event of another connection. */
  signal: Signal<E>;
  /** Who is online now. */
  presence: Presence;
  /** Messages were lost to this client. */
  reset: Reset;
  /** The room was joined again after a break, and what was missed has been read. */
  recovered: Recovered;
  /** The publishes without an ack have changed. */
  pending: readonly PendingPublish[];
  /** The room is left for good: by yourself (`left`), or why not. */
  left: { readonly code: HubbubClientErrorCode | "left" };
}

/** A room, joined for ever until it is left. */
export interface Room<E = Record<string, unknown>> extends AsyncIterable<Message<E>> {
  /** In Unicode normalization form C; of an inbox, empty until the user is known. */
  readonly name: string;
  /** Up to where messages have been delivered; undefined before the first join. */
  readonly position: Position | undefined;
  /** `joining` before the first join and while the connection is lost. */
  readonly state: "joining" | "joined" | "left";
  /** The newest `presence`, undefined before the first. */
  readonly presence: Presence | undefined;
  /** Resolves with the first join; rejects with HubbubClientError if it is refused. */
  readonly joined: Promise<void>;
  /**
   * Publishes a logged event; kept and retried, with the same `mid`, until the server decides.
   *
   * @param event The event's name.
   * @param data Its data: JSON, copied at once.
   * @param options The message's id.
   * @returns The ack.
   * @throws HubbubClientError with the server's code if it refuses; `undecided` if nothing proves whether
   * it was stored; `closed`, `too_many_pending`, `invalid_argument`.
   */
  publish<K extends LoggedEvent<E>>(
    event: K,
    data: DataInput<E, K>,
    options?: PublishOptions,
  ): Promise<PublishAck>;
  /**
   * Makes a request. It waits for the connection, but is not repeated once sent.
   *
   * @param event The event's name.
   * @param data Its data: JSON, copied at once.
   * @returns The reply.
   * @throws HubbubClientError with the server's code; `connection_lost` or `timeout` if it may or may not
   * have been handled; `closed`, `invalid_argument`.
   */
  request<K extends RequestEvent<E>>(event: K, data: DataInput<E, K>): Promise<ReplyOutput<E, K>>;
  /**
   * Sends an ephemeral event to the others in the room, if connected; else drops it.
   *
   * @param event The event's name.
   * @param data Its data: JSON.
   * @returns Whether it was sent.
   * @throws HubbubClientError with `invalid_argument` if `data` is not JSON.
   */
  signal<K extends EphemeralEvent<E>>(event: K, data: DataInput<E, K>): boolean;
  /**
   * Listens. A listener that throws is reported like any uncaught error and stops nothing.
   *
   * @param name What to listen to.
   * @param listener Called with each.
   * @returns A function that stops listening.
   */
  on<N extends keyof RoomEvents<E>>(
    name: N,
    listener: (value: RoomEvents<E>[N]) => void,
  ): () => void;
  /**
   * Reads from the log, without moving the position. Waits for the connection.
   *
   * @param options What to read. (Default: the newest 50)
   * @returns A page. If `after` is no longer kept, the page is empty and `oldest` says where to go on.
   * @throws HubbubClientError with the server's code; `closed`.
   */
  history(options?: HistoryOptions): Promise<HistoryPage<E>>;
  /**
   * Asks who is online. Waits for the connection.
   *
   * @returns The presence.
   * @throws HubbubClientError with the server's code; `closed`.
   */
  who(): Promise<Presence>;
  /** Leaves for good. What waits is rejected with `closed`; iterators end. Resolves when the server knows. */
  leave(): Promise<void>;
}
