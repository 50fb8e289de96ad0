import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { isHandshake, type Upgrade } from "../../shared/handshake.ts";
import { LOOPBACK } from "../../shared/loopback-server.ts";
import type { TencentGatewayCounts } from "./gateway-counts.ts";
import type { TencentRegisterEvent } from "./gateway-events.ts";
import type { Invoker } from "./invoker.ts";
import { type Admission, readRegisterAnswer } from "./register-answer.ts";
import type { ResolvedTencentGatewayOptions } from "./resolve-gateway-options.ts";

// Which statuses a client sees is documented nowhere.
const BAD_REQUEST = "400 Bad Request";
const REFUSED = "403 Forbidden";
const FAILED = "502 Bad Gateway";
const TIMED_OUT = "504 Gateway Timeout";

/** A client that has come in. */
export interface Arrival extends Admission {
  id: string;
}

/**
 * Creates the function that asks `register` about an upgrade request, and refuses it where that does.
 *
 * @returns The arrival; undefined if the client was refused.
 */
export function createArrival(
  settings: ResolvedTencentGatewayOptions,
  invoker: Invoker,
  counts: TencentGatewayCounts,
): (upgrade: Upgrade) => Promise<Arrival | undefined> {
  const { createId } = settings;

  function refuse(socket: Duplex, status: string): undefined {
    counts.refusals += 1;
    socket.once("finish", () => socket.destroy());
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    return undefined;
  }

  return async ([request, socket]) => {
    if (!isHandshake(request)) return refuse(socket, BAD_REQUEST);
    const id = createId();
    const outcome = await invoker.invoke("register", registerEvent(settings, request, id));
    if (outcome.type === "failed") return refuse(socket, FAILED);
    if (outcome.type !== "returned") return refuse(socket, TIMED_OUT);
    const answer = readRegisterAnswer(outcome.value, id);
    if ("subprotocol" in answer) return { id, subprotocol: answer.subprotocol };
    if ("errNo" in answer) return refuse(socket, REFUSED);
    settings.logger.error(`the answer of register is malformed: ${answer.malformed}`);
    return refuse(socket, FAILED);
  };
}

function registerEvent(
  { serviceKey, serviceName, path, secretId, stage }: ResolvedTencentGatewayOptions,
  { headers, socket }: IncomingMessage,
  secConnectionID: string,
): TencentRegisterEvent {
  const { "sec-websocket-protocol": protocol, "sec-websocket-extensions": extensions } = headers;
  return {
    requestContext: {
      ...{ [serviceKey]: serviceName, path, httpMethod: "GET", requestId: randomUUID() },
      identity: secretId === undefined ? {} : { secretId },
      ...{ sourceIp: socket.remoteAddress ?? LOOPBACK, stage, websocketEnable: true },
    },
    websocket: {
      ...{ action: "connecting", secConnectionID },
      ...(protocol !== undefined && { secWebSocketProtocol: protocol }),
      ...(extensions !== undefined && { secWebSocketExtensions: extensions }),
    },
  };
}
