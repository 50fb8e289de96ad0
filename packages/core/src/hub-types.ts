import type { DataInput, EphemeralEvent, EventDefinitions, LoggedEvent } from "./chat-types.ts";
import type { Connection } from "./connection-store.ts";
import type { ErrorCode } from "./errors.ts";
import type { FanOutJob } from "./fan-out-queue.ts";
import type { Sender } from "./room-log.ts";
import type { HistoryPageFrame } from "./server-frames.ts";

/** What became of a fan-out. The numbers count connections. */
export interface FanOutReport {
  /** The message's seq; absent for what is not logged. */
  seq?: number | undefined;
  sent: number;
  gone: number;
  /** Given up after three tries. The log repairs them. */
  throttled: number;
  tooLarge: number;
  /** Pushes that rejected. */
  failed: number;
  /** True if the deadline came first; the rest went to the queue, or is left to the log. */
  deferred: boolean;
}

/** The outcome of a server's own publish. */
export interface Published {
  epoch: string;
  seq: number;
  /** True if the same `mid` was there before. */
  dup: boolean;
  report: FanOutReport;
}

/** Options of a server's own publish. */
export interface PublishOptions {
  /** Whom the message is from. (Default: nobody, that is the server) */
  from?: Sender;
  /** Makes the call safe to repeat: the same `mid` is stored once, as long as it is among the newest 256 entries. (Default: a new one) */
  mid?: string;
}

/** Options of a kick. */
export interface KickOptions {
  /** Removes the user from this room only. (Default: closes all its connections) */
  room?: string;
  /** Shown to the client. (Default: "kicked") */
  reason?: string;
}

/** Which part of a log. */
export interface HistoryRange {
  after?: number;
  before?: number;
  /** At most so many messages; an answer is also cut by its bytes. (Default: 50) */
  limit?: number;
}

/** A part of a log, oldest first. `more` says that there is more in the direction that was read. */
export type History = Omit<HistoryPageFrame, "type" | "id">;

/** What your own code can do with a running chat, from a hook, a route or a cron job. */
export interface Hub<E extends EventDefinitions = EventDefinitions> {
  /**
   * Appends a logged event and fans it out. Resolves when every push has settled.
   *
   * @throws FrameError with `unknown_event`, `bad_data`, `bad_room`, `mid_conflict`; UnavailableError.
   */
  publish<K extends LoggedEvent<E>>(
    room: string,
    event: K,
    data: DataInput<E, K>,
    options?: PublishOptions,
  ): Promise<Published>;
  /** Pushes an ephemeral event to a room, or to a user's inbox (`userRoom(userId)`). */
  signal<K extends EphemeralEvent<E>>(
    room: string,
    event: K,
    data: DataInput<E, K>,
    options?: { from?: Sender },
  ): Promise<FanOutReport>;
  /** How many users are online in a room; in rooms with more than 200 connections, how many connections. */
  online(room: string): Promise<number>;
  /** The users in a room, each once. Reads every page of the room. */
  members(room: string): Promise<Sender[]>;
  /**
   * Reads a part of a room's log: after a seq, before one, or the newest.
   *
   * @throws FrameError with `bad_room`; `undecided` if the entries after `after` are no longer kept.
   */
  history(room: string, range?: HistoryRange): Promise<History>;
  /** Closes all connections of a user, or removes them from one room. Answers how many. */
  kick(userId: string, options?: KickOptions): Promise<number>;
}

/** A client arrives, as an adapter tells it. */
export interface RegisterEvent {
  connectionId: string;
  /** What the client offered, trimmed, in order. (Default: none) */
  subprotocols?: readonly string[] | undefined;
  /** The `Origin` header; null if the client sent none, undefined if the gateway does not tell. */
  origin?: string | null | undefined;
  query?: Readonly<Record<string, string>> | undefined;
  /** What the gateway itself has verified. */
  claims?: unknown;
  /** When the invocation ends, in milliseconds since the Unix epoch. (Default: never) */
  deadlineAt?: number | undefined;
}

/** The answer to a client that arrives. */
export type RegisterResult =
  | {
      accepted: true;
      /** What to select in the handshake; undefined for a plain client. */
      subprotocol: "hubbub.v1" | undefined;
      /** The stored connection; undefined until `hello` brings the authentication. */
      connection: Connection | undefined;
      /** Settles when all work is done; await it before the function returns. Never rejects. */
      done: Promise<void>;
    }
  | { accepted: false; status: 400 | 401 | 403 | 503; code: ErrorCode; message: string };

/** A client sent something, as an adapter tells it. */
export interface TransportEvent {
  connectionId: string;
  data: string | Uint8Array;
  /**
   * The connection, where the gateway carries it for us; saves the read. What it lacks is looked up in
   * the store; what it has is believed, so the gateway's word needs an end, and `carriesConnections`.
   */
  connection?: Connection | undefined;
  /** When the invocation ends, in milliseconds since the Unix epoch. (Default: never) */
  deadlineAt?: number | undefined;
  /**
   * Set by a gateway that allows less than the chat's own limits: what was sent is not handled but answered
   * with `rate_limited` and this time. (Default: handled)
   */
  retryAfterMs?: number | undefined;
}

/** What to do after a client sent something. */
export interface TransportResult {
  /** WebSocket messages for the sender, to be sent at once and in order. */
  replies: string[];
  /** Closes the connection after the replies. */
  close?: { code: number; reason: string } | undefined;
  /** The connection as it is now; undefined if it is not (or no longer) open. */
  connection: Connection | undefined;
  /** Settles when every push and hook has; await it before the function returns. Never rejects. */
  done: Promise<FanOutReport[]>;
}

/** A client left, as an adapter tells it. */
export interface CleanupEvent {
  connectionId: string;
  /** When the invocation ends, in milliseconds since the Unix epoch. (Default: never) */
  deadlineAt?: number | undefined;
}

/** The part of a hub that adapters call. None of these rejects on anything that a client sends. */
export interface HubGateway<E extends EventDefinitions = EventDefinitions> extends Hub<E> {
  register(event: RegisterEvent): Promise<RegisterResult>;
  transport(event: TransportEvent): Promise<TransportResult>;
  /** Removes the connection. Repeating it changes nothing. */
  cleanup(event: CleanupEvent): Promise<{ done: Promise<void> }>;
  /** Renews a lease, for gateways that see life which clients don't report. False: not open. */
  touch(connectionId: string): Promise<boolean>;
  /**
   * Does what an earlier fan-out had to leave. What its deadline leaves over again goes to the queue.
   *
   * @throws UnavailableError if the job has to be delivered again, after a while: its log or queue did not
   * answer, its time was too short for a single page of members, or most pushes failed. Its rest was not queued then, as far as the queue said.
   */
  fanOut(job: FanOutJob, options?: { deadlineAt?: number }): Promise<FanOutReport>;
}
