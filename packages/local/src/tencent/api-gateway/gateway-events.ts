/** What API Gateway says of itself and of the client when the client arrives; newer versions say more. */
export interface TencentRequestContext {
  /** The service's name; the option `serviceKey` calls it `serviceId`, as some versions do. */
  readonly serviceName?: string;
  /** The same, by its other name. */
  readonly serviceId?: string;
  /** The API's path as it was defined, a template: not the path that the client asked for. */
  readonly path: string;
  readonly httpMethod: "GET";
  readonly requestId: string;
  /** Whose key the client used, where the API wants one. */
  readonly identity: { readonly secretId?: string };
  readonly sourceIp: string;
  readonly stage: string;
  readonly websocketEnable: true;
}

/** A client wants to come in. There are no headers, no query and no body. */
export interface TencentRegisterEvent {
  readonly requestContext: TencentRequestContext;
  readonly websocket: {
    readonly action: "connecting";
    readonly secConnectionID: string;
    /** As the client sent it, separated by commas; absent if it sent none. */
    readonly secWebSocketProtocol?: string;
    /** As the client sent it; absent if it sent none. */
    readonly secWebSocketExtensions?: string;
  };
}

/** A client sent a message. There is no `requestContext`. */
export interface TencentTransportEvent {
  readonly websocket: {
    readonly action: "data send";
    readonly secConnectionID: string;
    readonly dataType: "text" | "binary";
    /** The text, or the bytes in base64. */
    readonly data: string;
  };
}

/** A client has closed its connection. */
export interface TencentCleanupEvent {
  readonly websocket: { readonly action: "closing"; readonly secConnectionID: string };
}

/** What the functions are invoked with. */
export type TencentGatewayEvent =
  | TencentRegisterEvent
  | TencentTransportEvent
  | TencentCleanupEvent;
