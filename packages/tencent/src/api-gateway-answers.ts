/** What `register` answers. */
export interface ApiGatewayRegisterAnswer {
  /**
   * 0 lets the client in. 101: no request context; 102: no event of a client that arrives; 400: the
   * client speaks nothing that is served, 401: it is not authenticated, 403: it may not, 503: try again.
   */
  readonly errNo: number;
  /** Why not, for people; never anything that the client sent. */
  readonly errMsg: string;
  /** Only if `errNo` is 0. */
  readonly websocket?: {
    readonly action: "connecting";
    readonly secConnectionID: string;
    /** The one that was chosen; absent if none was. */
    readonly secWebSocketProtocol?: string;
    /** Always empty: no extension is chosen. */
    readonly secWebSocketExtensions: "";
  };
}

/** What `transport` and `cleanup` answer; the gateway reads nothing of it but that it is there. */
export interface ApiGatewayAnswer {
  readonly errNo: number;
  readonly errMsg: string;
}

/** All went well. */
export const OK: ApiGatewayAnswer = { errNo: 0, errMsg: "ok" };
/** Something has failed, and is in the log: a function that fails itself costs the sender his connection. */
export const FAILED: ApiGatewayAnswer = { errNo: 503, errMsg: "failed" };
/** The event is none of a WebSocket API. */
export const NO_EVENT: ApiGatewayAnswer = { errNo: 102, errMsg: "no event of this function" };
