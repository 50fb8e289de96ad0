import type { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";

/** What an HTTP server hands over: the request, its socket, and what came after the request. */
export type Upgrade = [request: IncomingMessage, socket: Duplex, head: Buffer];

/**
 * Creates the function that makes a WebSocket of an accepted upgrade request.
 *
 * @param maxMessageBytes A client that sends a longer message is closed with 1009.
 * @returns The WebSocket; undefined if the request is no valid one or the client has left.
 */
export function createHandshake(
  maxMessageBytes: number,
): (upgrade: Upgrade, subprotocol: string | undefined) => WebSocket | undefined {
  const subprotocols = new WeakMap<IncomingMessage, string>();
  const server = new WebSocketServer({
    ...{ noServer: true, clientTracking: false, maxPayload: maxMessageBytes },
    perMessageDeflate: false,
    // The header below says exactly what the handler said, whether it was offered or not.
    handleProtocols: () => false,
  });
  server.on("headers", (headers, request) => {
    const subprotocol = subprotocols.get(request);
    if (subprotocol !== undefined) headers.push(`Sec-WebSocket-Protocol: ${subprotocol}`);
  });
  return ([request, socket, head], subprotocol) => {
    if (subprotocol !== undefined) subprotocols.set(request, subprotocol);
    const done: { ws?: WebSocket } = {};
    server.handleUpgrade(request, socket, head, (ws) => {
      done.ws = ws;
    });
    return done.ws;
  };
}

/** True if a request asks for a WebSocket as RFC 6455, section 4.2.1 wants it. */
export function isHandshake({ method, headers }: IncomingMessage): boolean {
  const { upgrade, "sec-websocket-key": key, "sec-websocket-version": version } = headers;
  const asks = method === "GET" && upgrade?.toLowerCase() === "websocket" && version === "13";
  return asks && /^[A-Za-z0-9+/]{22}==$/.test(key ?? "");
}
