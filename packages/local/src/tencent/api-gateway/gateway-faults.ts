import type { TencentGatewayEvent } from "./gateway-events.ts";

/** A request to the push URL. */
export interface TencentPushRequest {
  action: "data send" | "closing";
  secConnectionID: string;
}

/** What becomes of a request to the push URL. */
export interface TencentPushFault {
  /** How much later than usual it takes effect, in milliseconds. (Default: 0) */
  delayMs?: number;
  /**
   * How it is answered: `system` 500, whereupon the client is cut off; `refused` an `errNo` that is not
   * 0; `not-found` 404 and `forbidden` 403, as by a server that knows nothing of it; `foreign` a page
   * of HTML; `hang` never; `cut` a lost connection. (Default: as usual)
   */
  error?: "system" | "refused" | "not-found" | "forbidden" | "foreign" | "hang" | "cut";
  /** True: it takes effect nevertheless, and only its answer is wrong. (Default: false) */
  afterEffect?: boolean;
}

/** Faults on demand. */
export interface TencentGatewayFaults {
  /**
   * Says when an event reaches its function, in milliseconds from now: `[0]` now, `[]` never, `[500]`
   * late, `[0, 0]` twice. The first invocation's answer is the one that counts. (Default: `[0]`)
   */
  invocations?: (event: TencentGatewayEvent) => readonly number[];
  /** Says what becomes of a request to the push URL; undefined: nothing unusual. */
  pushes?: (request: TencentPushRequest) => TencentPushFault | undefined;
}
