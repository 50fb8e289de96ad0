import { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import type { PushTarget } from "./tick-queue.ts";

/** A push target whose socket may come later. */
export interface SocketTarget extends PushTarget {
  /**
   * Gives it the socket, and the socket what waited for it.
   *
   * @param ws The WebSocket, without `permessage-deflate`.
   * @param socket The socket that it was made from.
   */
  open(ws: WebSocket, socket: Duplex): void;
}

const OPEN = WebSocket.OPEN;
const CLOSE_GRACE_MS = 2000; // A peer that does not answer the close frame by then is cut off.
const MAX_REASON_BYTES = 123; // RFC 6455, section 5.5.1.

/** Turns a close code into the one that leaves. */
export type CloseCodeMap = (code: number) => number;

/**
 * Creates the target of one connection. Until its handshake is done, what is pushed waits.
 *
 * Encoded messages go past `ws` straight to its TCP or TLS socket: one buffer, shared by a whole
 * group, in one write. That is sound because `ws` itself writes whole frames only, at once, as long
 * as no compression was negotiated.
 *
 * @param mapCloseCode Turns close codes into those that leave.
 */
export function createSocketTarget(mapCloseCode: CloseCodeMap = (code) => code): SocketTarget {
  let ws: WebSocket | undefined;
  let socket: Duplex | undefined;
  let waiting: Buffer[] = [];
  let closing: { code: number; reason: string } | undefined;

  const buffered = () =>
    socket ? socket.writableLength : waiting.reduce((sum, { length }) => sum + length, 0);

  function close(code: number, reason: string): void {
    if (!ws) closing ??= { code, reason };
    else if (ws.readyState === OPEN) closeWebSocket(ws, mapCloseCode(code), reason);
  }

  return {
    buffered,
    close,
    write({ bytes }, maxBufferedBytes) {
      if (buffered() > maxBufferedBytes) return false;
      if (!ws) waiting.push(bytes);
      else if (ws.readyState === OPEN) socket?.write(bytes);
      return true;
    },
    open(openedWs, openedSocket) {
      ws = openedWs;
      socket = openedSocket;
      for (const messages of waiting) socket.write(messages);
      waiting = [];
      if (closing) close(closing.code, closing.reason);
    },
  };
}

function closeWebSocket(ws: WebSocket, code: number, reason: string): void {
  ws.close(code, truncate(reason));
  const timer = setTimeout(() => ws.terminate(), CLOSE_GRACE_MS);
  ws.once("close", () => clearTimeout(timer));
}

function truncate(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= MAX_REASON_BYTES) return reason;
  // A character that was cut in two decodes to U+FFFD, which is dropped.
  return bytes
    .subarray(0, MAX_REASON_BYTES)
    .toString()
    .replace(/\uFFFD+$/, "");
}
