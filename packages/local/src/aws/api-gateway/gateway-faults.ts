import type { WebSocketEvent } from "./web-socket-event.ts";

/** A request to `@connections`. */
export interface ManagementRequest {
  method: "POST" | "GET" | "DELETE";
  connectionId: string;
}

/** What becomes of a request to `@connections`. */
export interface ManagementFault {
  /** How much later than usual it takes effect, in milliseconds. (Default: 0) */
  delayMs?: number;
  /**
   * How it is answered: `gone` 410, `forbidden` 403, `limit-exceeded` 429, `buffer-full` 429 as for a
   * client that doesn't read, `internal` 500, `no-answer` a lost connection. (Default: as usual)
   */
  error?: "gone" | "forbidden" | "limit-exceeded" | "buffer-full" | "internal" | "no-answer";
  /** True: it takes effect nevertheless, and only its answer is wrong. (Default: false) */
  afterEffect?: boolean;
}

/** Faults on demand. */
export interface GatewayFaults {
  /**
   * Says when an event reaches its handler, in milliseconds from now: `[0]` now, `[]` never, `[500]`
   * late, `[0, 0]` twice. The answer of the first is the one that counts at `$connect`. (Default: `[0]`)
   */
  invocations?: (event: WebSocketEvent) => readonly number[];
  /** Says what becomes of a request to `@connections`; undefined: nothing unusual. */
  management?: (request: ManagementRequest) => ManagementFault | undefined;
}
