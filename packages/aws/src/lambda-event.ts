import { Buffer } from "node:buffer";

/** What every event of a WebSocket API says of itself. */
export interface LambdaRequestContext {
  readonly eventType: "CONNECT" | "MESSAGE" | "DISCONNECT";
  readonly routeKey: string;
  readonly connectionId: string;
  readonly apiId: string;
  readonly stage: string;
  /** The host that the client called, which may be a custom domain. */
  readonly domainName?: string | undefined;
  /** What an authorizer answered; API Gateway need not send it with events other than `$connect`'s. */
  readonly authorizer?: Readonly<Record<string, unknown>> | null | undefined;
}

/** An event of an API Gateway WebSocket API, as far as it is read. */
export interface LambdaWebSocketEvent {
  readonly requestContext: LambdaRequestContext;
  /** Of `$connect` and `$disconnect`. */
  readonly headers?: Readonly<Record<string, string | undefined>> | null | undefined;
  /** The same, with every value of a header that came more than once. */
  readonly multiValueHeaders?:
    | Readonly<Record<string, readonly string[] | undefined>>
    | null
    | undefined;
  /** Of `$connect`. */
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null | undefined;
  /** Of messages. */
  readonly body?: string | null | undefined;
  readonly isBase64Encoded?: boolean | undefined;
}

const TYPES: readonly unknown[] = ["CONNECT", "MESSAGE", "DISCONNECT"];
const MAX_ID_CHARS = 256;

/**
 * Says whether something is an event of a WebSocket API, so that it can be read without surprises.
 *
 * @param event What a Lambda function was invoked with.
 */
export function isLambdaWebSocketEvent(event: unknown): event is LambdaWebSocketEvent {
  if (!isRecord(event) || !isRecord(event.requestContext)) return false;
  const { headers, multiValueHeaders, queryStringParameters, body } = event;
  const { eventType, authorizer } = event.requestContext;
  return (
    TYPES.includes(eventType) &&
    isContext(event.requestContext) &&
    [headers, queryStringParameters].every((map) => isMapOf(map, isText)) &&
    isMapOf(multiValueHeaders, (values) => Array.isArray(values) && values.every(isText)) &&
    (authorizer === undefined || authorizer === null || isRecord(authorizer)) &&
    (body === undefined || body === null || isText(body))
  );
}

function isContext({ connectionId, domainName, ...context }: Record<string, unknown>): boolean {
  return (
    isText(connectionId) &&
    connectionId.length > 0 &&
    connectionId.length <= MAX_ID_CHARS &&
    [context.apiId, context.stage, context.routeKey].every((name) => isText(name) && name !== "") &&
    (domainName === undefined || isText(domainName))
  );
}

/**
 * All values of a header, joined by commas, whatever the case of its name.
 *
 * @returns Undefined if the header was not sent.
 */
export function headerOf(event: LambdaWebSocketEvent, name: string): string | undefined {
  const all = entriesOf(event.multiValueHeaders, name).flat();
  const values = all.length > 0 ? all : entriesOf(event.headers, name);
  return values.length > 0 ? values.join(",") : undefined;
}

function entriesOf<T>(
  headers: Readonly<Record<string, T | undefined>> | null | undefined,
  name: string,
): T[] {
  const found = Object.entries(headers ?? {}).filter(([key]) => key.toLowerCase() === name);
  return found.flatMap(([, value]) => (value === undefined ? [] : [value]));
}

/** What the client offered, trimmed, in order. */
export function subprotocolsOf(event: LambdaWebSocketEvent): string[] {
  const offered = headerOf(event, "sec-websocket-protocol") ?? "";
  return offered
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** The query of the upgrade request. */
export function queryOf({ queryStringParameters }: LambdaWebSocketEvent): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries(queryStringParameters ?? {})) {
    if (value !== undefined) query[name] = value;
  }
  return query;
}

/** What the authorizer answered; undefined if there is none. */
export function claimsOf({ requestContext }: LambdaWebSocketEvent): unknown {
  const { authorizer } = requestContext;
  return authorizer && Object.keys(authorizer).length > 0 ? authorizer : undefined;
}

/** What the client sent: bytes only where the API was set up to take binary messages. */
export function dataOf({ body, isBase64Encoded }: LambdaWebSocketEvent): string | Uint8Array {
  return isBase64Encoded === true ? Buffer.from(body ?? "", "base64") : (body ?? "");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isMapOf(value: unknown, isValue: (value: unknown) => boolean): boolean {
  if (value === undefined || value === null) return true;
  return (
    isRecord(value) && Object.values(value).every((each) => each === undefined || isValue(each))
  );
}
