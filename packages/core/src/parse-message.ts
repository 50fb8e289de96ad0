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
  // Looked at before it is parsed: what is deep parses, but breaks everything recursive after that.
  if (isDeeperThan(data, limits.maxDepth)) return bad(`deeper than ${limits.maxDepth} levels`);
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return bad("not JSON");
  }
  if (/__proto__|\\u00/i.test(data) && hasProtoKey(value)) return bad("a key is `__proto__`");
  const values: unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0) return bad("no frame");
  if (values.length > limits.maxFrames) return bad(`more than ${limits.maxFrames} frames`);
  return { values };
}

function bad(message: string): ParsedMessage {
  return { code: "bad_frame", message };
}

const QUOTE = 34;
const BACKSLASH = 92;

/** True if brackets outside of strings are nested deeper than `max`. */
function isDeeperThan(text: string, max: number): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = endOfString(text, index);
        break;
      case 91: // [
      case 123: // {
        if (++depth > max) return true;
        break;
      case 93: // ]
      case 125: // }
        depth--;
    }
  }
  return false;
}

/** The index of the quote that ends a string; the text's length if none does. */
function endOfString(text: string, start: number): number {
  let index = start + 1;
  for (; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (char === BACKSLASH) index++;
    else if (char === QUOTE) break;
  }
  return index;
}

/** True if an object in a value has an own key `__proto__`, which copying code would turn into a prototype. */
function hasProtoKey(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Object.hasOwn(value, "__proto__")) return true;
  return Object.values(value).some(hasProtoKey);
}
