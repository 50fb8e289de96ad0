/** A bound of the platform on one connection. */
export type TrafficBound = "messagesPerSecond" | "bytesPerSecond" | "maxMessageBytes";

/** A connection as the platform bills and counts it: one connection is one invocation. */
export interface Invocation {
  /** What the function is told in `X-Scf-Request-Id`. */
  readonly requestId: string;
  /** The instance that serves it; 0 if there was none. */
  readonly instance: number;
  /** When it began, in milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** When it ended; absent while it runs. */
  endedAt?: number;
  /**
   * What it is counted as; absent while it runs. 200: closed with 1000, 1010 or 1011, or answered over HTTP;
   * 439: the server closed with another code, or ended; 456: the client did; 455: idle for too long; 433: too old; 434:
   * out of memory; 405: the bootstrap failed; 432: no instance was free.
   */
  status?: number;
  /** The bound that ended it, if one did, and who broke it. */
  broke?: { readonly bound: TrafficBound; readonly by: "client" | "server" };
  /** WebSocket messages from the client. */
  received: number;
  /** WebSocket messages to the client. */
  sent: number;
}

const NORMAL: readonly number[] = [1000, 1010, 1011];

/** What the platform counts a close code as. */
export function statusOf(code: number, by: "client" | "server"): number {
  if (NORMAL.includes(code)) return 200;
  return by === "client" ? 456 : 439;
}
