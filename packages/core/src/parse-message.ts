import type { Limits } from "./limits.ts";
import { utf8Length } from "./utf8-length.ts";

/** What a WebSocket message holds: values that may be frames, or why it can't be read. */
export type ParsedMessage =
  | { readonly values: readonly unknown[] }
  | { readonly code: "bad_frame" | "too_large"; readonly message: string };

/** Reads a client's WebSocket message. Never throws, whatever it is. */
export function parseMessage(data: string | Uint8Array, limits: Limits): ParsedMessage {
  if (typeof data !== "string") return bad("messages are text");
  if (utf8Length(data, limits.maxBytes) > limits.maxBytes) {
    return { code: "too_large", message: `a message has at most ${limits.maxBytes} bytes` };
  }
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return bad("not JSON");
  }
  const values: unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0) return bad("no frame");
  if (values.length > limits.maxFrames) return bad(`more than ${limits.maxFrames} frames`);
  return { values };
}

function bad(message: string): ParsedMessage {
  return { code: "bad_frame", message };
}
