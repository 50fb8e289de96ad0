/** The codes that a client can receive in an `error` frame. `PROTOCOL.md` says what each asks for. */
export type ErrorCode =
  | "bad_frame"
  | "unknown_frame"
  | "too_large"
  | "bad_room"
  | "bad_data"
  | "unknown_event"
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

/** The codes of errors that only the server's own code meets. */
export type ServerErrorCode = "invalid_argument";

/** The base of every error that hubbub throws. */
export class HubbubError extends Error {
  override name = "HubbubError";
  /** A stable code; messages may change, codes do not. */
  readonly code: ErrorCode | ServerErrorCode;

  constructor(code: ErrorCode | ServerErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Thrown when an option or an argument is wrong; the message names it and says what it wants. */
export class InvalidArgumentError extends HubbubError {
  override name = "InvalidArgumentError";
  declare readonly code: "invalid_argument";

  constructor(message: string, options?: { cause?: unknown }) {
    super("invalid_argument", message, options);
  }
}

/**
 * Thrown by your own hooks to refuse: in `authenticate` it refuses the connection, in an event handler
 * it vetoes the message. The reason and the message are shown to the client.
 */
export class RejectedError extends HubbubError {
  override name = "RejectedError";
  declare readonly code: "rejected";
  /** Your own word for why, for programs to test. */
  readonly reason: string;

  constructor(reason: string, message: string = reason, options?: { cause?: unknown }) {
    super("rejected", message, options);
    this.reason = reason;
  }
}

/** Thrown by stores, logs and pushers when the backend can't answer now; the client is told to retry. */
export class UnavailableError extends HubbubError {
  override name = "UnavailableError";
  declare readonly code: "unavailable";

  constructor(message: string, options?: { cause?: unknown }) {
    super("unavailable", message, options);
  }
}

/** What an `error` frame says beyond its message. */
export interface FrameErrorDetails {
  code: ErrorCode;
  /** The reason that a {@link RejectedError} gave. */
  reason?: string | undefined;
  /** After how many milliseconds another try makes sense. */
  retryAfterMs?: number;
  /** Closes the connection with this WebSocket close code once the error is sent. */
  closeCode?: number;
  cause?: unknown;
}

/** Thrown inside core for whatever is answered with an `error` frame. */
export class FrameError extends HubbubError {
  override name = "FrameError";
  declare readonly code: ErrorCode;
  /** What the frame says beyond its message. */
  readonly details: FrameErrorDetails;

  constructor(message: string, details: FrameErrorDetails) {
    super(details.code, message, details);
    this.details = details;
  }
}
