import { Buffer } from "node:buffer";

/** What a reliable client was sent and has not acknowledged. */
export interface ReliableBuffer {
  /**
   * Numbers a message and keeps it.
   *
   * @param write Writes it with its number.
   * @param expiresAt When it is no longer worth sending, in milliseconds since the Unix epoch.
   * @returns The message; undefined if there is no room for it.
   */
  add(write: (sequenceId: number) => string, expiresAt: number): string | undefined;
  /** Forgets the messages up to a number. */
  acknowledge(sequenceId: number): void;
  /** The messages that are still worth sending, in order. */
  unacknowledged(now: number): string[];
}

interface Kept {
  sequenceId: number;
  text: string;
  bytes: number;
  expiresAt: number;
}

const MAX_MESSAGES = 1000;
const MAX_BYTES = 16 * 1024 * 1024;

/** Creates an empty buffer for 1,000 messages or 16 MiB. */
export function createReliableBuffer(): ReliableBuffer {
  let kept: Kept[] = [];
  let keptBytes = 0;
  let last = 0;
  return {
    add(write, expiresAt) {
      const text = write(last + 1);
      const bytes = Buffer.byteLength(text);
      if (kept.length >= MAX_MESSAGES || keptBytes + bytes > MAX_BYTES) return undefined;
      last += 1;
      kept.push({ sequenceId: last, text, bytes, expiresAt });
      keptBytes += bytes;
      return text;
    },
    acknowledge(sequenceId) {
      kept = kept.filter((message) => message.sequenceId > sequenceId);
      keptBytes = kept.reduce((sum, { bytes }) => sum + bytes, 0);
    },
    unacknowledged: (now) =>
      kept.filter(({ expiresAt }) => expiresAt > now).map(({ text }) => text),
  };
}
