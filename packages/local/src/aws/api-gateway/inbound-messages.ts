import { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import type { RawData } from "ws";
import { createFrameWatch } from "../../shared/frame-watch.ts";
import { ENDINGS, type Ending, type OpenConnection } from "./gateway-connection.ts";
import { type EventSettings, messageEvent } from "./gateway-events.ts";
import type { Invoker, Outcome } from "./invoker.ts";
import { readLambdaResponse } from "./lambda-response.ts";
import type { OpenConnections } from "./open-connections.ts";
import type { ResolvedGatewayOptions } from "./resolve-gateway-options.ts";
import { selectRoute } from "./select-route.ts";

/** How long a message may be, in either direction. */
export const MAX_MESSAGE_BYTES: number = 128 * 1024;

const MAX_FRAME_BYTES = 32 * 1024;

type Settings = EventSettings & Pick<ResolvedGatewayOptions, "routes" | "routePath" | "logger">;

/**
 * Creates the function that reads a client's messages: each invokes its route's handler at once, so
 * that those of one client run side by side.
 */
export function createInboundMessages(
  settings: Settings,
  connections: OpenConnections,
  invoker: Invoker,
): (connection: OpenConnection, socket: Duplex) => void {
  function answer(connection: OpenConnection, message: string, requestId: string): void {
    send(connection, JSON.stringify({ message, connectionId: connection.id, requestId }));
  }

  function send(connection: OpenConnection, text: string): void {
    if (!connections.get(connection.id)) return;
    connections.touch(connection);
    connection.ws.send(text);
  }

  function onMessage(connection: OpenConnection, text: string): void {
    connections.touch(connection);
    const { routeKey, route } = selectRoute(settings, text);
    const event = messageEvent(settings, connection, routeKey, text);
    const { requestId } = event.requestContext;
    if (!route) answer(connection, "Forbidden", requestId);
    for (const invocation of route ? invoker.invoke(route.handler, event) : []) {
      void invocation.then((outcome) => {
        const { error, body } = readOutcome(outcome);
        if (error !== undefined) answer(connection, error, requestId);
        else if (route?.routeResponse && body) send(connection, body);
      });
    }
  }

  return (connection, socket) => {
    const { ws } = connection;
    const tooLong = () => connections.close(connection, ENDINGS.tooLong);
    // Before `ws` reads the same bytes: what it makes of a frame that is too long counts no more.
    socket.prependListener("data", createFrameWatch(MAX_FRAME_BYTES, tooLong));
    // Both sides have said that they close: `ws` would wait half a minute for the client to hang up.
    socket.once("finish", () => ws.terminate());
    ws.on("message", (data, isBinary) => {
      if (!connections.get(connection.id)) return;
      if (isBinary) connections.close(connection, ENDINGS.binary);
      else onMessage(connection, textOf(data));
    });
    ws.on("error", (error) => connections.ended(connection, endingOf(error)));
    ws.on("close", (code, reason) => {
      connections.ended(connection, readClose(code, reason.toString()));
    });
  };
}

/** What the client is told: the name of a failure, or the handler's body. */
function readOutcome(outcome: Outcome): { error?: string; body?: string | undefined } {
  if (outcome.type === "closed") return {};
  if (outcome.type === "timed-out") return { error: "Endpoint request timed out" };
  const response = outcome.type === "returned" ? readLambdaResponse(outcome.value) : undefined;
  const tooLong = Buffer.byteLength(response?.body ?? "") > MAX_MESSAGE_BYTES;
  if (!response || tooLong) return { error: "Internal server error" };
  return { body: response.body };
}

function readClose(code: number, reason: string): Ending {
  if (code === ENDINGS.noStatus.code) return ENDINGS.noStatus;
  if (code === ENDINGS.abnormal.code) return ENDINGS.abnormal;
  return { code, reason };
}

/** `ws` closes the socket itself after an error; this says with which code. */
function endingOf(error: Error): Ending {
  switch ("code" in error ? error.code : undefined) {
    case "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH":
    case "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH":
      return ENDINGS.tooLong;
    case "WS_ERR_INVALID_UTF8":
      return { code: 1007, reason: "Invalid text" };
    default:
      return { code: 1002, reason: "Protocol error" };
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data).toString();
}
