/** Who sent a message, as other members see it. */
export interface Sender {
  /** The sender's `userId`. */
  readonly id: string;
  readonly name?: string | undefined;
}

/** A message before it has its place in the log. */
export interface LogEntry {
  /** The client's message id, unique per user and room. */
  readonly mid: string;
  /** The sender; absent when the server published. */
  readonly from?: Sender | undefined;
  readonly event: string;
  /** Any JSON value. */
  readonly data: unknown;
  /** When it was published, in milliseconds since the Unix epoch. */
  readonly ts: number;
  /** A digest of what the client sent, to tell a retry from another message with the same `mid`. */
  readonly digest: string;
}

/** A message in its place. */
export interface StoredEntry extends LogEntry {
  /** Its place: 1, 2, 3, … without holes. */
  readonly seq: number;
}

/** Where a log begins and ends. */
export interface LogState {
  /** Identifies this life of the log; a log that was lost or restored has another. */
  readonly epoch: string;
  /** The seq of the oldest entry kept; `head + 1` if none is. */
  readonly oldest: number;
  /** The seq of the newest entry ever appended; 0 if none was. */
  readonly head: number;
}

/** A part of a log. */
export interface LogPage extends LogState {
  /** Contiguous, ascending, starting at `after + 1`; empty if that entry is no longer kept. */
  readonly entries: readonly StoredEntry[];
}

/** What `append` did. Only `appended` has written. */
export type AppendResult =
  | ({ readonly status: "appended"; readonly seq: number } & LogState)
  /** The same (user, mid) and digest is already there: the answer to a retry. */
  | ({ readonly status: "duplicate"; readonly entry: StoredEntry } & LogState)
  /** The same (user, mid) is there with another digest. */
  | ({ readonly status: "mid-conflict"; readonly seq: number } & LogState)
  /** `after` is beyond the head, or of another epoch. */
  | ({ readonly status: "reset" } & LogState)
  /** `after` is older than the oldest entry kept: whether it is a retry cannot be proven. */
  | ({ readonly status: "undecided" } & LogState)
  /** `after` is further behind the head than one scan reaches (256 entries by default). */
  | ({ readonly status: "behind" } & LogState);

/** The position from which an append looks for an earlier try of the same message. */
export interface AppendPosition {
  readonly epoch: string;
  readonly after: number;
}

/**
 * The truth of a room: contiguous entries, each written once.
 *
 * `append` MUST NOT store an entry whose (`from.id`, `mid`) is among those after the position, MUST
 * give contiguous seqs, and resolve with `appended` only when the entry is durable. Entries MUST NOT be
 * rewritten, and their data MUST come back as the same JSON text. Trimming MUST NOT free a slot younger
 * (by its `ts`) than the longest invocation, nor let an old (epoch, seq) be handed out again; entries
 * may be hidden from readers sooner than that. An entry that `append` answered MUST be in the next
 * `read`. An unborn log MUST already have its epoch. Every method rejects with `UnavailableError` when
 * the backend can't answer; an append that rejected may have stored all the same.
 */
export interface RoomLog {
  /** Without a position, the entry is new: nothing is looked for. */
  append(room: string, entry: LogEntry, position?: AppendPosition): Promise<AppendResult>;
  /** Up to `limit` entries after seq `after`, at least one if there are any and `limit` is not 0. */
  read(room: string, range: { after: number; limit: number }): Promise<LogPage>;
  head(room: string): Promise<LogState>;
}
