import { Buffer } from "node:buffer";
import { WebSocket } from "ws";
import type { LocalClock } from "../../shared/local-clock.ts";
import { keepAlive } from "./keep-alive.ts";

/** The socket that a session has at the moment, if it has one. */
export interface ClientTransport {
  /** Takes a socket in place of the last one. */
  attach(ws: WebSocket): void;
  /** Sends something; false if it cannot be sent because the client does not read. */
  send(data: string | Buffer, binary: boolean): boolean;
  /** Closes the socket; nothing more is heard of it. */
  close(code: number, reason: string): void;
}

/** What a transport tells of its socket. */
export interface TransportEvents {
  onMessage(data: Buffer, isBinary: boolean): void;
  /** The client or the network closed it. */
  onClose(code: number, reason: string): void;
  /** It was closed because the client broke the WebSocket protocol. */
  onViolation(reason: string): void;
}

/** Close codes of the WebSocket protocol. */
export const CLOSE = {
  normal: 1000,
  badType: 1003,
  noStatus: 1005,
  badData: 1007,
  policy: 1008,
  internal: 1011,
} as const;

const MAX_REASON_BYTES = 123;
const MAX_UNSENT_BYTES = 16 * 1024 * 1024;

/** Creates a transport without a socket. */
export function createClientTransport(
  clock: LocalClock,
  keepAliveIntervalMs: number,
  events: TransportEvents,
): ClientTransport {
  let socket: WebSocket | undefined;
  let stopPings: () => void = () => undefined;

  /** Lets the socket go. */
  function release(): WebSocket | undefined {
    const ws = socket;
    socket = undefined;
    stopPings();
    return ws;
  }

  return {
    attach(ws) {
      release()?.terminate();
      socket = ws;
      let silent = false;
      stopPings = keepAlive(ws, clock, keepAliveIntervalMs, () => {
        silent = true;
        ws.terminate();
      });
      ws.on("message", (data, isBinary) => {
        if (ws === socket) events.onMessage(toBuffer(data), isBinary);
      });
      ws.on("error", (error) => {
        if (ws !== socket) return;
        release(); // `ws` closes it, with the right code.
        events.onViolation(describeError(error));
      });
      ws.on("close", (code, reason) => {
        if (ws !== socket) return;
        release();
        events.onClose(code, silent ? "PingTimeout" : reason.toString() || describeClose(code));
      });
    },
    send(data, binary) {
      if (socket?.readyState !== WebSocket.OPEN) return true;
      if (socket.bufferedAmount > MAX_UNSENT_BYTES) return false;
      socket.send(data, { binary });
      return true;
    },
    close: (code, reason) => release()?.close(code, cutReason(reason)),
  };
}

/** A close frame has no room for more. */
function cutReason(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= MAX_REASON_BYTES) return reason;
  return new TextDecoder().decode(bytes.subarray(0, MAX_REASON_BYTES), { stream: true });
}

function describeClose(code: number): string {
  return code === CLOSE.normal || code === CLOSE.noStatus ? "Normal" : `Closed with ${code}`;
}

/** `ws` says with its code what was wrong. */
function describeError(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  return /LENGTH$/.test(code) ? "The message is too large" : "The message is no valid one";
}

function toBuffer(data: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
