import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isHandshake, type Upgrade } from "../../shared/handshake.ts";
import { LOOPBACK } from "../../shared/loopback-server.ts";
import { authorizeConnect } from "./authorize-connect.ts";
import type { GatewayConnection } from "./gateway-connection.ts";
import { authorizerEvent, connectEvent, type EventSettings } from "./gateway-events.ts";
import { createGatewayId } from "./gateway-ids.ts";
import type { Invoker, Outcome } from "./invoker.ts";
import { readLambdaResponse } from "./lambda-response.ts";
import type { ResolvedGatewayOptions } from "./resolve-gateway-options.ts";
import {
  BAD_REQUEST,
  FORBIDDEN,
  INTERNAL,
  refuseUpgrade,
  TIMED_OUT,
  TOO_LONG,
  type UpgradeRefusal,
} from "./upgrade-refusal.ts";
import type { WebSocketRequest } from "./web-socket-event.ts";
import { readWebSocketRequest } from "./web-socket-request.ts";

const MAX_URL_CHARS = 4096;

/** A client that may come in, and the subprotocol that its `$connect` handler chose. */
export interface Admission {
  connection: GatewayConnection;
  subprotocol: string | undefined;
}

type Settings = EventSettings & Pick<ResolvedGatewayOptions, "routes" | "tls">;

/**
 * Creates the function that asks authorizer and `$connect` about an upgrade request, and refuses it
 * where they do.
 *
 * @returns The admission; undefined if the client was refused.
 */
export function createArrival(
  settings: Settings,
  invoker: Invoker,
): (upgrade: Upgrade) => Promise<Admission | undefined> {
  const { clock, stage, authorizer, routes, tls } = settings;

  async function admit(
    connection: GatewayConnection,
    request: WebSocketRequest,
  ): Promise<Admission | UpgradeRefusal> {
    if (authorizer) {
      const event = authorizerEvent(settings, connection, request);
      const authorization = await authorizeConnect(invoker, authorizer, event);
      if ("refusal" in authorization) return authorization.refusal;
      connection.authorizer = authorization.context;
    }
    const handler = routes.get("$connect")?.handler;
    if (!handler) return { connection, subprotocol: undefined };
    const [first] = invoker.invoke(handler, connectEvent(settings, connection, request));
    return readOutcome(connection, await first);
  }

  return async ([request, socket]) => {
    const connection = {
      ...{ id: createGatewayId(), connectedAt: clock.now() },
      identity: {
        sourceIp: request.socket.remoteAddress ?? LOOPBACK,
        ...(request.headers["user-agent"] && { userAgent: request.headers["user-agent"] }),
      },
    };
    const asked = readWebSocketRequest(request, createTraceId(clock.now()), tls !== undefined);
    const result = refuseRequest(request, stage) ?? (await admit(connection, asked));
    if ("connection" in result) return result;
    refuseUpgrade(socket, result, connection.id, createGatewayId());
    return undefined;
  };
}

/** Refuses what no authorizer and no handler is asked about. */
function refuseRequest(request: IncomingMessage, stage: string): UpgradeRefusal | undefined {
  const { url = "/" } = request;
  if (!isHandshake(request)) return BAD_REQUEST;
  if (url.length > MAX_URL_CHARS) return TOO_LONG;
  const path = url.split("?", 1)[0];
  return path === `/${stage}` || path === `/${stage}/` ? undefined : FORBIDDEN;
}

/** `outcome` is undefined if the faults dropped the invocation. */
function readOutcome(
  connection: GatewayConnection,
  outcome: Outcome | undefined,
): Admission | UpgradeRefusal {
  if (outcome?.type === "timed-out") return TIMED_OUT;
  if (outcome?.type !== "returned") return INTERNAL;
  const response = readLambdaResponse(outcome.value);
  if (!response) return INTERNAL;
  const { statusCode: status, subprotocol } = response;
  if (status < 300) return { connection, subprotocol };
  return status === 403 ? FORBIDDEN : { status, message: "The connection was refused" };
}

function createTraceId(time: number): string {
  const seconds = Math.floor(time / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString("hex")}`;
}
