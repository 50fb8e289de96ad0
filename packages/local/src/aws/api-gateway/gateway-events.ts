import type { Ending, GatewayConnection } from "./gateway-connection.ts";
import { createGatewayId } from "./gateway-ids.ts";
import type { ResolvedGatewayOptions } from "./resolve-gateway-options.ts";
import type {
  AuthorizerEvent,
  WebSocketConnectEvent,
  WebSocketDisconnectEvent,
  WebSocketMessageEvent,
  WebSocketRequest,
  WebSocketRequestContext,
} from "./web-socket-event.ts";
import { withoutHandshake } from "./web-socket-request.ts";

/** What all events of a gateway have in common. */
export interface EventSettings
  extends Pick<
    ResolvedGatewayOptions,
    "apiId" | "stage" | "region" | "accountId" | "clock" | "authorizer"
  > {
  domainName: string;
}

/** Creates what a REQUEST authorizer gets. */
export function authorizerEvent(
  settings: EventSettings,
  connection: GatewayConnection,
  request: WebSocketRequest,
): AuthorizerEvent {
  const { region, accountId, apiId, stage } = settings;
  return {
    type: "REQUEST",
    methodArn: `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stage}/$connect`,
    // Empty where there is no query, as on AWS; `$connect`'s event has neither then.
    ...{ queryStringParameters: {}, multiValueQueryStringParameters: {} },
    ...request,
    stageVariables: {},
    requestContext: connectContext(settings, connection),
  };
}

/** Creates what `$connect` gets. */
export function connectEvent(
  settings: EventSettings,
  connection: GatewayConnection,
  request: WebSocketRequest,
): WebSocketConnectEvent {
  const requestContext = connectContext(settings, connection);
  return { ...withoutHandshake(request), requestContext, isBase64Encoded: false };
}

function connectContext(settings: EventSettings, connection: GatewayConnection) {
  const context = contextOf(settings, connection, "$connect");
  return {
    ...({ ...context, routeKey: "$connect", eventType: "CONNECT" } as const),
    identity: connection.identity,
    ...(connection.authorizer && { authorizer: connection.authorizer }),
  };
}

/** Creates what the handler of a message gets: no headers and no query, as on AWS. */
export function messageEvent(
  settings: EventSettings,
  connection: GatewayConnection,
  routeKey: string,
  body: string,
): WebSocketMessageEvent {
  const context = contextOf(settings, connection, routeKey);
  return {
    requestContext: { ...context, messageId: createGatewayId(), eventType: "MESSAGE" },
    body,
    isBase64Encoded: false,
  };
}

/** Creates what `$disconnect` gets. */
export function disconnectEvent(
  settings: EventSettings,
  connection: GatewayConnection,
  { code, reason }: Ending,
): WebSocketDisconnectEvent {
  const headers = {
    Host: settings.domainName,
    ...{ "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" },
  };
  return {
    headers,
    multiValueHeaders: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value]]),
    ),
    requestContext: {
      ...contextOf(settings, connection, "$disconnect"),
      ...({ routeKey: "$disconnect", eventType: "DISCONNECT" } as const),
      ...{ disconnectStatusCode: code, disconnectReason: reason },
    },
    isBase64Encoded: false,
  };
}

function contextOf(
  settings: EventSettings,
  connection: GatewayConnection,
  routeKey: string,
): WebSocketRequestContext {
  const { apiId, stage, domainName, clock, authorizer } = settings;
  const requestId = createGatewayId();
  const time = clock.now();
  return {
    ...{ routeKey, apiId, stage, domainName, requestId, extendedRequestId: requestId },
    ...{ connectionId: connection.id, connectedAt: connection.connectedAt },
    ...{ requestTime: formatRequestTime(time), requestTimeEpoch: time, messageDirection: "IN" },
    identity: { sourceIp: connection.identity.sourceIp },
    ...(authorizer?.onEveryEvent && connection.authorizer && { authorizer: connection.authorizer }),
  };
}

/** Writes a time as `22/Feb/2026:19:07:37 +0000`. */
function formatRequestTime(time: number): string {
  // "Sun, 22 Feb 2026 19:07:37 GMT"
  const [, day, month, year, clock] = new Date(time).toUTCString().split(" ");
  return `${day}/${month}/${year}:${clock} +0000`;
}
