import type { Dice } from "./dice.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const PIECES: readonly string[] = [
  "\0",
  "\ud800",
  "\udc00",
  "\ufeff",
  "\u2028",
  '"',
  "\\",
  "\\u",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "-",
  "e9",
  "\n",
  "/*",
  "__proto__",
];
const INVALID_UTF8: readonly (readonly number[])[] = [
  [0xff],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xe2, 0x82],
  [0x80],
  [0xf8, 0x88, 0x80, 0x80, 0x80],
  [0xef, 0xbb, 0xbf],
  [0],
];

/** Puts something in the place of `length` characters. */
const splice = (text: string, at: number, length: number, inserted: string): string =>
  text.slice(0, at) + inserted + text.slice(at + length);

const MUTATIONS: readonly ((text: string, dice: Dice) => string)[] = [
  (text, { int }) => text.slice(0, int(text.length)),
  (text, { int }) => text.slice(int(text.length)),
  (text, { int }) => {
    const at = int(text.length);
    return splice(text, at, 1, String.fromCharCode(text.charCodeAt(at) ^ (1 << int(16))));
  },
  (text, { int }) => {
    const at = int(text.length);
    return splice(text, at, 1, String.fromCharCode(text.charCodeAt(at) ^ (1 << int(7))));
  },
  (text, { int, pick }) => splice(text, int(text.length + 1), 0, pick(PIECES)),
  (text, { int, pick }) => splice(text, int(text.length), 1 + int(4), pick(PIECES)),
  (text, { int }) => splice(text, int(text.length), 1 + int(8), ""),
  (text, { int }) => {
    const at = int(text.length);
    return splice(text, at, 0, text.slice(at, at + 1 + int(40)).repeat(1 + int(4)));
  },
];

/** Changes a text's characters, once to three times; what comes out may be no JSON and no Unicode. */
export function mutateText(text: string, dice: Dice): string {
  let changed = text;
  for (let left = 1 + dice.int(3); left > 0; left--) {
    if (changed.length > 0) changed = dice.pick(MUTATIONS)(changed, dice);
  }
  return changed;
}

/** Changes a text's UTF-8 bytes: flipped bits, invalid sequences, a cut in the middle of a character. */
export function mutateBytes(text: string, dice: Dice): Uint8Array {
  const bytes = encoder.encode(text);
  const at = dice.int(bytes.length + 1);
  if (dice.chance(0.3)) return bytes.subarray(0, at);
  if (dice.chance(0.5)) {
    const flipped = bytes.slice();
    flipped[at] = (flipped[at] ?? 0) ^ (1 << dice.int(8));
    return flipped;
  }
  return Uint8Array.from([
    ...bytes.subarray(0, at),
    ...dice.pick(INVALID_UTF8),
    ...bytes.subarray(at),
  ]);
}

/** What a gateway that does not check makes of bytes: what is no UTF-8 becomes U+FFFD. */
export function decodeLeniently(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
