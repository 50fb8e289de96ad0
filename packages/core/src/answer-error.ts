import { type ErrorCode, FrameError, UnavailableError } from "./errors.ts";
import type { MessageHandling } from "./message-handling.ts";
import type { ErrorFrame } from "./server-frames.ts";

const RETRYABLE: ReadonlySet<ErrorCode> = new Set([
  "hello_required",
  "not_joined",
  "rate_limited",
  "unavailable",
]);
const RETRY_AFTER_MS = 1000;

/** Turns whatever was thrown into what the client is told; what it must not know is logged. */
export function asFrameError({ context }: MessageHandling, thrown: unknown): FrameError {
  if (thrown instanceof FrameError) return thrown;
  if (thrown instanceof UnavailableError) {
    context.logger?.warn("the backend did not answer", { error: thrown });
    const details = { retryAfterMs: RETRY_AFTER_MS, cause: thrown };
    return new FrameError("try again later", { code: "unavailable", ...details });
  }
  context.logger?.error("a frame could not be handled", { error: thrown });
  return new FrameError("internal error", { code: "internal", cause: thrown });
}

/** Answers a frame with an error. `frame` may be anything that a client sent. */
export function answerError(handling: MessageHandling, thrown: unknown, frame?: unknown): void {
  const error = asFrameError(handling, thrown);
  const { code, message, details } = error;
  const { reason, retryAfterMs, closeCode } = details;
  const answer: ErrorFrame = {
    type: "error",
    code,
    message,
    retryable: RETRYABLE.has(code),
    reason,
    retryAfterMs,
    id: textOf(frame, "id", 64),
    mid: textOf(frame, "mid", 64),
    room: textOf(frame, "room", 128),
  };
  handling.replies.push(answer);
  if (closeCode !== undefined) handling.close = { code: closeCode, reason: code };
}

/** A field of a frame that need not be one, if it is a text worth repeating. */
function textOf(frame: unknown, field: string, maxChars: number): string | undefined {
  if (typeof frame !== "object" || frame === null || !Object.hasOwn(frame, field)) return undefined;
  const value: unknown = (frame as Record<string, unknown>)[field];
  return typeof value === "string" && value.length <= maxChars ? value : undefined;
}
