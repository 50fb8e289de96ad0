import { Buffer } from "node:buffer";

/** What an event is about. */
export type LambdaEventType = "CONNECT" | "MESSAGE" | "DISCONNECT";

/**
 * What an event of a WebSocket API says of itself. API Gateway says all of it; an emulator may leave out
 * what is optional here.
 */
export interface LambdaRequestContext {
  /** If it is absent, the route key says it. */
  readonly eventType?: LambdaEventType | null | undefined;
  readonly routeKey?: string | null | undefined;
  readonly connectionId: string;
  readonly apiId?: string | null | undefined;
  readonly stage?: string | null | undefined;
  /** The host that the client called, which may be a custom domain. */
  readonly domainName?: string | null | undefined;
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
  /** The same, with every value of a name that came more than once. */
  readonly multiValueQueryStringParameters?:
    | Readonly<Record<string, readonly string[] | undefined>>
    | null
    | undefined;
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
  const { headers, queryStringParameters, body } = event;
  const { multiValueHeaders, multiValueQueryStringParameters } = event;
  return (
    isContext(event.requestContext) &&
    [headers, queryStringParameters].every((map) => isMapOf(map, isText)) &&
    [multiValueHeaders, multiValueQueryStringParameters].every((map) => isMapOf(map, isTexts)) &&
    (isAbsent(body) || isText(body))
  );
}

function isContext({ connectionId, eventType, ...context }: Record<string, unknown>): boolean {
  const { routeKey, apiId, stage, domainName, authorizer } = context;
  return (
    isText(connectionId) &&
    connectionId.length > 0 &&
    connectionId.length <= MAX_ID_CHARS &&
    (isAbsent(eventType) ? isText(routeKey) && routeKey !== "" : TYPES.includes(eventType)) &&
    [routeKey, apiId, stage, domainName].every((name) => isAbsent(name) || isText(name)) &&
    (isAbsent(authorizer) || isRecord(authorizer))
  );
}

/** What an event is about, by its type or else its route. */
export function eventTypeOf({ eventType, routeKey }: LambdaRequestContext): LambdaEventType {
  if (eventType) return eventType;
  if (routeKey === "$connect") return "CONNECT";
  return routeKey === "$disconnect" ? "DISCONNECT" : "MESSAGE";
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

/** The query of the upgrade request; of a name that came more than once, the last value. */
export function queryOf(event: LambdaWebSocketEvent): Record<string, string> {
  const { queryStringParameters, multiValueQueryStringParameters } = event;
  const lists = Object.entries(multiValueQueryStringParameters ?? {});
  const last = lists.map(([name, values]) => [name, values?.at(-1)] as const);
  const query: Record<string, string> = {};
  for (const [name, value] of [...last, ...Object.entries(queryStringParameters ?? {})]) {
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

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function isMapOf(value: unknown, isValue: (value: unknown) => boolean): boolean {
  if (isAbsent(value)) return true;
  return (
    isRecord(value) && Object.values(value).every((each) => each === undefined || isValue(each))
  );
}
