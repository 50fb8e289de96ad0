import { Buffer } from "node:buffer";
import { joinMessages } from "@hubbub/core";

/** Texts that wait for their turn. */
export interface WaitingTexts {
  /** How many there are. */
  count(): number;
  /** How many bytes they have. */
  bytes(): number;
  /** How many bytes the oldest has; undefined if there is none. */
  firstBytes(): number | undefined;
  add(texts: readonly string[]): void;
  /** Takes the oldest, and with it as many as fit into one message of `maxBytes`. */
  take(maxBytes: number): string;
  clear(): void;
}

/**
 * Creates an empty queue.
 *
 * @param coalesces True for frames of `hubbub.v1`, which may share a message.
 */
export function createWaitingTexts(coalesces: boolean): WaitingTexts {
  let waiting: { text: string; bytes: number }[] = [];
  let total = 0;

  function fitting(maxBytes: number): number {
    if (!coalesces) return 1;
    let bytes = 1; // An array of n frames has n + 1 more bytes than its frames.
    const end = waiting.findIndex((entry) => {
      bytes += entry.bytes + 1;
      return bytes > maxBytes;
    });
    return end < 0 ? waiting.length : Math.max(1, end);
  }

  return {
    count: () => waiting.length,
    bytes: () => total,
    firstBytes: () => waiting[0]?.bytes,
    add(texts) {
      for (const text of texts) {
        const bytes = Buffer.byteLength(text);
        waiting.push({ text, bytes });
        total += bytes;
      }
    },
    take(maxBytes) {
      const taken = waiting.splice(0, fitting(maxBytes));
      total -= taken.reduce((sum, { bytes }) => sum + bytes, 0);
      return joinMessages(taken.map(({ text }) => text)) ?? "";
    },
    clear() {
      waiting = [];
      total = 0;
    },
  };
}
