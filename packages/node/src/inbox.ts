import { Buffer } from "node:buffer";
import type { RawData, WebSocket } from "ws";

/** What a client sent and nobody has handled yet. */
export interface Inbox {
  /** Resolves when all of it is handled. */
  idle(): Promise<void>;
}

/** A message, as it arrived. */
export interface InboxMessage {
  data: string | Uint8Array;
  /** After how many milliseconds it would have been admitted; undefined if it is. */
  retryAfterMs: number | undefined;
}

/** Answers after how many milliseconds a message would be admitted; undefined if it is. */
export type Admit = (bytes: number) => number | undefined;

const MAX_WAITING = 64;

/**
 * Hands the messages of one socket on, one after the other. While many wait, the socket is not read.
 *
 * @param ws The socket.
 * @param handle Handles a message; the next one waits for it.
 * @param onError Told what `handle` rejected with.
 * @param admit Asked as a message arrives, with its length in bytes.
 * @returns The inbox.
 */
export function createInbox(
  ws: WebSocket,
  handle: (message: InboxMessage) => Promise<void>,
  onError: (error: unknown) => void,
  admit: Admit,
): Inbox {
  const waiting: InboxMessage[] = [];
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    for (let message = waiting.shift(); message; message = waiting.shift()) {
      if (ws.isPaused && waiting.length < MAX_WAITING / 2) ws.resume();
      await handle(message).catch(onError);
    }
    working = undefined;
  }

  ws.on("message", (data, isBinary) => {
    const bytes = bytesOf(data);
    const retryAfterMs = admit(bytes.length);
    waiting.push({ data: isBinary ? bytes : bytes.toString(), retryAfterMs });
    if (waiting.length >= MAX_WAITING) ws.pause();
    working ??= work();
  });

  return { idle: async () => working };
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
