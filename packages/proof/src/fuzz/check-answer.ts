import { parseFrames } from "../../../client/src/frames.ts";

/** Section 6 of `PROTOCOL.md`. */
const CODES: ReadonlySet<unknown> = new Set([
  "bad_frame",
  "unknown_frame",
  "too_large",
  "bad_room",
  "unknown_event",
  "bad_data",
  "hello_required",
  "already_welcomed",
  "unauthenticated",
  "token_expired",
  "forbidden",
  "rejected",
  "not_joined",
  "too_many_rooms",
  "mid_conflict",
  "undecided",
  "sync_required",
  "kicked",
  "connection_closed",
]);

/**
 * These are errors of the server, or limits that are switched off here. A fault in handling a frame is
 * caught by the server and answered with `internal`, so that one stands for a throw.
 */
const FAULTS: ReadonlySet<unknown> = new Set(["internal", "unavailable", "rate_limited"]);

/**
 * What is wrong with a WebSocket message that the server sent to a client of the protocol.
 *
 * @returns Undefined if it is one frame or an array of frames, each as the client wants it.
 */
export function problemOfAnswer(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "an answer is no JSON";
  }
  const frames: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (frames.length === 0) return "an answer is an empty array";
  if (parseFrames(text).length !== frames.length) return "the client does not know a frame";
  for (const frame of frames as readonly { type: string; code?: unknown; message?: unknown }[]) {
    if (frame.type !== "error") continue;
    if (FAULTS.has(frame.code)) return `${frame.code}: ${frame.message}`;
    if (!CODES.has(frame.code)) return `an error has the code ${JSON.stringify(frame.code)}`;
  }
  return undefined;
}
