/** An event on its way to its handler. */
export interface UpstreamEventInfo {
  hub: string;
  connectionId: string;
  /** The end of `ce-type`: `sys.connect`, `sys.connected`, `sys.disconnected`, or `user.` and a name. */
  type: string;
  /** `ce-id`, which is unique for its connection. */
  id: number;
}

/** A request to the REST API that was let in. */
export interface RestRequestInfo {
  hub: string;
  method: string;
  /** What follows the hub in the path, as in `/groups/lobby/:send`; decoded. */
  path: string;
}

/** What becomes of a request to the REST API. */
export interface RestFault {
  /**
   * How it is answered: a status (429 and 503 bring `Retry-After`), `no-answer` for a lost connection,
   * `hang` for no answer at all. (Default: as usual)
   */
  answer?: number | "no-answer" | "hang";
  /** What `Retry-After` says, in seconds. (Default: 1) */
  retryAfterSeconds?: number;
  /** True: it takes effect nevertheless, and only its answer is wrong. (Default: false) */
  afterEffect?: boolean;
  /** How long after the answer 202 a message leaves, in milliseconds. (Default: 0, before the answer) */
  deliveryDelayMs?: number;
}

/** Faults on demand. Asked at every step; may be changed while the service runs. */
export interface WebPubSubFaults {
  /**
   * Says when an event reaches its handler, in milliseconds from now: `[0]` now, `[]` never, `[30000]`
   * late, `[0, 0]` twice. The answer to the first counts. Retries are not asked about. (Default: `[0]`)
   */
  events?: (event: UpstreamEventInfo) => readonly number[];
  /**
   * Says what the service sees of a handler's answer: a status in its place, `lost` for a broken
   * connection, undefined for the answer itself. What is retried reaches the handler again, with the
   * same `ce-id`.
   *
   * @param attempt 0 for the first try, at most 3.
   */
  answers?: (event: UpstreamEventInfo, attempt: number) => number | "lost" | undefined;
  /** Says how long the answer to a user event takes to its client, in milliseconds. (Default: 0) */
  replies?: (event: UpstreamEventInfo) => number;
  /** Says what becomes of a request to the REST API; undefined: nothing unusual. */
  rest?: (request: RestRequestInfo) => RestFault | undefined;
}
