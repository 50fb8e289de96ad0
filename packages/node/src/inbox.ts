import { Buffer } from "node:buffer";
import type { RawData, WebSocket } from "ws";

/** What a client sent and nobody has handled yet. */
export interface Inbox {
  /** Resolves when all of it is handled. */
  idle(): Promise<void>;
}

const MAX_WAITING = 64;

/**
 * Hands the messages of one socket on, one after the other. While many wait, the socket is not read.
 *
 * @param ws The socket.
 * @param handle Handles a message; the next one waits for it.
 * @param onError Told what `handle` rejected with.
 * @returns The inbox.
 */
export function createInbox(
  ws: WebSocket,
  handle: (data: string | Uint8Array) => Promise<void>,
  onError: (error: unknown) => void,
): Inbox {
  const waiting: (string | Uint8Array)[] = [];
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    for (let data = waiting.shift(); data !== undefined; data = waiting.shift()) {
      if (ws.isPaused && waiting.length < MAX_WAITING / 2) ws.resume();
      await handle(data).catch(onError);
    }
    working = undefined;
  }

  ws.on("message", (data, isBinary) => {
    waiting.push(isBinary ? bytesOf(data) : bytesOf(data).toString());
    if (waiting.length >= MAX_WAITING) ws.pause();
    working ??= work();
  });

  return { idle: async () => working };
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
