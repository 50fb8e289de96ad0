/** Who a client is, as far as the gateway sees. */
export interface ClientIdentity {
  sourceIp: string;
  userAgent?: string;
}

/** What an authorizer lets through to the handlers: its context and its principal. */
export type AuthorizerContext = Record<string, string>;

/** What every event's `requestContext` holds. */
export interface WebSocketRequestContext {
  routeKey: string;
  apiId: string;
  stage: string;
  domainName: string;
  connectionId: string;
  requestId: string;
  extendedRequestId: string;
  /** As in `22/Feb/2026:19:07:37 +0000`. */
  requestTime: string;
  /** In milliseconds since the Unix epoch. */
  requestTimeEpoch: number;
  /** In milliseconds since the Unix epoch. */
  connectedAt: number;
  messageDirection: "IN";
  identity: ClientIdentity;
  authorizer?: AuthorizerContext;
}

/** The headers and the query of an upgrade request; of a name that came twice, the last value counts. */
export interface WebSocketRequest {
  headers: Record<string, string>;
  multiValueHeaders: Record<string, string[]>;
  queryStringParameters?: Record<string, string>;
  multiValueQueryStringParameters?: Record<string, string[]>;
}

/** What the `$connect` handler gets. */
export interface WebSocketConnectEvent extends WebSocketRequest {
  requestContext: WebSocketRequestContext & { routeKey: "$connect"; eventType: "CONNECT" };
  isBase64Encoded: false;
}

/** What the handlers of messages get. */
export interface WebSocketMessageEvent {
  requestContext: WebSocketRequestContext & { eventType: "MESSAGE"; messageId: string };
  body: string;
  isBase64Encoded: false;
}

/** What the `$disconnect` handler gets. */
export interface WebSocketDisconnectEvent {
  headers: Record<string, string>;
  multiValueHeaders: Record<string, string[]>;
  requestContext: WebSocketRequestContext & {
    routeKey: "$disconnect";
    eventType: "DISCONNECT";
    /** A close code of the WebSocket protocol. */
    disconnectStatusCode: number;
    disconnectReason: string;
  };
  isBase64Encoded: false;
}

/** What a handler of the gateway's routes gets. */
export type WebSocketEvent =
  | WebSocketConnectEvent
  | WebSocketMessageEvent
  | WebSocketDisconnectEvent;

/** What a REQUEST authorizer gets. */
export interface AuthorizerEvent extends WebSocketRequest {
  type: "REQUEST";
  /** As in `arn:aws:execute-api:us-east-1:123456789012:abcd1234/prod/$connect`. */
  methodArn: string;
  /** Empty if there is no query. */
  queryStringParameters: Record<string, string>;
  /** Empty if there is no query. */
  multiValueQueryStringParameters: Record<string, string[]>;
  stageVariables: Record<string, string>;
  requestContext: WebSocketConnectEvent["requestContext"];
}
