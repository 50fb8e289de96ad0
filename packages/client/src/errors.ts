/** The codes that a server answers with. `PROTOCOL.md`, section 6, says what each means. */
export type ServerErrorCode =
  | "bad_frame"
  | "unknown_frame"
  | "too_large"
  | "bad_room"
  | "unknown_event"
  | "bad_data"
  | "hello_required"
  | "already_welcomed"
  | "unauthenticated"
  | "token_expired"
  | "forbidden"
  | "rejected"
  | "not_joined"
  | "too_many_rooms"
  | "rate_limited"
  | "mid_conflict"
  | "undecided"
  | "sync_required"
  | "kicked"
  | "connection_closed"
  | "unavailable"
  | "internal";

/**
 * The codes that the client itself adds: `closed` (the client was closed or the room left),
 * `connection_lost` (it broke after a request was sent), `timeout` (a request got no answer),
 * `too_many_pending` (more than `maxPending` publishes wait), `invalid_argument`.
 */
export type LocalErrorCode =
  | "closed"
  | "connection_lost"
  | "timeout"
  | "too_many_pending"
  | "invalid_argument";

/** Every code of a {@link HubbubClientError}. Codes are stable; messages may change. */
export type HubbubClientErrorCode = ServerErrorCode | LocalErrorCode;

/** Details of a {@link HubbubClientError}. */
export interface HubbubClientErrorDetails {
  /** Whether the same call may succeed later. (Default: false) */
  retryable?: boolean | undefined;
  /** The application's own word for why, of code `rejected`. */
  reason?: string | undefined;
  /** What was thrown underneath. */
  cause?: unknown;
}

/** Thrown, or handed to `error` listeners, for everything that goes wrong in the client or on the server. */
export class HubbubClientError extends Error {
  override name = "HubbubClientError";
  /** What went wrong, for programs to test. */
  declare readonly code: HubbubClientErrorCode;
  /** Whether the same call may succeed later. */
  declare readonly retryable: boolean;
  /** The application's own word for why, of code `rejected`. */
  declare readonly reason: string | undefined;

  constructor(
    code: HubbubClientErrorCode,
    message: string = code,
    { retryable = false, reason, cause }: HubbubClientErrorDetails = {},
  ) {
    super(message, { cause });
    Object.assign(this, { code, retryable, reason });
  }
}
