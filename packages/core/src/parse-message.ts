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
  const excess = findExcess(data, limits);
  if (excess) return bad(excess);
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
const COLON = 58;
const BACKSLASH = 92;

/**
 * Looks at a text before it is parsed: what is deep parses, but breaks everything recursive after that,
 * and schemas look at each key of an object more than once.
 *
 * @returns What there is too much of, if anything.
 */
function findExcess(text: string, { maxDepth, maxKeys }: Limits): string | undefined {
  const keys: number[] = []; // Of the last object at each depth.
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = endOfString(text, index);
        break;
      case COLON: {
        const count = (keys[depth] ?? 0) + 1;
        if (count > maxKeys) return `an object with more than ${maxKeys} keys`;
        keys[depth] = count;
        break;
      }
      case 91: // [
      case 123: // {
        if (++depth > maxDepth) return `deeper than ${maxDepth} levels`;
        keys[depth] = 0;
        break;
      case 93: // ]
      case 125: // }
        depth--;
    }
  }
  return undefined;
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
