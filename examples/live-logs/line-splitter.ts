import { stripVTControlCharacters } from "node:util";

/** A row's text, and whether its line goes on in the next row. */
export interface Part {
  text: string;
  more: boolean;
}

/** Makes rows of bytes. */
export interface LineSplitter {
  /** The rows that these bytes complete. */
  push(bytes: Uint8Array): Part[];
  /** What is left when the input ends without a line break. */
  end(): Part[];
}

/** UTF-16 units of a row: with three bytes each and its number it is still below a batch's bytes. */
export const MAX_ROW_UNITS = 4096;
const ESCAPE_UNITS = 64;

/**
 * Creates a splitter. Invalid UTF-8 becomes U+FFFD, colours go, other control characters become visible, and
 * lines longer than {@link MAX_ROW_UNITS} become several rows, so that an endless line needs no endless memory.
 */
export function createLineSplitter(): LineSplitter {
  let decoder = new TextDecoder();
  let rest = "";

  const takeLong = (parts: Part[]) => {
    while (rest.length > MAX_ROW_UNITS) {
      const at = cutAt(rest);
      parts.push({ text: clean(rest.slice(0, at)), more: true });
      rest = rest.slice(at);
    }
  };
  return {
    push(bytes) {
      const parts: Part[] = [];
      const lines = decoder.decode(bytes, { stream: true }).split("\n");
      for (const [index, line] of lines.entries()) {
        rest += line;
        takeLong(parts);
        if (index === lines.length - 1) break;
        parts.push({ text: clean(rest.replace(/\r$/, "")), more: false });
        rest = "";
      }
      return parts;
    },
    end() {
      rest += decoder.decode();
      decoder = new TextDecoder();
      const parts: Part[] = [];
      takeLong(parts);
      if (rest) parts.push({ text: clean(rest.replace(/\r$/, "")), more: false });
      rest = "";
      return parts;
    },
  };
}

/** Neither within a colour's escape sequence nor between the halves of a character. */
function cutAt(text: string): number {
  const start = text.lastIndexOf("\u001b", MAX_ROW_UNITS - 1);
  if (start > MAX_ROW_UNITS - ESCAPE_UNITS) return start;
  return /[\uD800-\uDBFF]/.test(text[MAX_ROW_UNITS - 1] ?? "") ? MAX_ROW_UNITS - 1 : MAX_ROW_UNITS;
}

function clean(text: string): string {
  return stripVTControlCharacters(text).replace(/\p{Cc}/gu, (sign) => {
    const code = sign.charCodeAt(0);
    if (sign === "\t") return sign;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\uFFFD";
  });
}
