/** What has happened at a gateway since it started. */
export interface TencentGatewayCounts {
  /** Invocations of the function `register`. */
  register: number;
  /** Invocations of the function `transport`. */
  transport: number;
  /** Invocations of the function `cleanup`. */
  cleanup: number;
  /** Invocations that threw, took too long or answered what is no 200. */
  failures: number;
  /** Handshakes that were refused. */
  refusals: number;
  /** Messages that the push URL took. */
  pushes: number;
  /** Connections that the push URL closed. */
  closings: number;
  /** Requests to the push URL that were not answered with `errNo` 0. */
  pushErrors: number;
  /** Connections, over HTTP, to the push URL. */
  pushSockets: number;
  /** Clients cut off by a FIN: their function, or a push to them, had failed. */
  cuts: number;
  /** Clients disconnected for being silent. */
  idle: number;
}

/** Creates counts of nothing. */
export function createGatewayCounts(): TencentGatewayCounts {
  return {
    ...{ register: 0, transport: 0, cleanup: 0, failures: 0, refusals: 0 },
    ...{ pushes: 0, closings: 0, pushErrors: 0, pushSockets: 0, cuts: 0, idle: 0 },
  };
}
