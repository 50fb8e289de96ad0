import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type HubGateway, type RegisterResult, SUBPROTOCOL } from "@hubbub/core";
import { type WebSocket, WebSocketServer } from "ws";
import type { NodePusher } from "./node-pusher.ts";
import type { SessionSocket } from "./session.ts";
import type { SocketTarget } from "./socket-target.ts";
import { CLOSING, readUpgrade, refuseUpgrade } from "./upgrade-request.ts";
import type { WorkTracker } from "./work-tracker.ts";

/** What an HTTP server hands over: the request, its socket, and what came after the request. */
export type Upgrade = [request: IncomingMessage, socket: Duplex, head: Buffer];

/** What an arrival needs. */
export interface ArrivalContext {
  hub: Pick<HubGateway, "register" | "cleanup">;
  pusher: NodePusher;
  tracker: WorkTracker;
  /** True once no new client is wanted. */
  draining: () => boolean;
  /** Creates the target of a socket. `coalesces`: frames may share a message. */
  createTarget: (coalesces: boolean) => SocketTarget;
  /** A client that sends a longer message is closed with 1009. */
  maxPayloadBytes: number;
}

type Accepted = Extract<RegisterResult, { accepted: true }>;

/**
 * Creates the function that takes clients in: the hub decides, then comes the handshake.
 *
 * @param context Hub, pusher and bounds.
 * @param onOpen Called with every socket, before anything is read from it.
 */
export function createArrival(
  context: ArrivalContext,
  onOpen: (socket: SessionSocket) => void,
): (connectionId: string, upgrade: Upgrade) => Promise<void> {
  const { hub, pusher, tracker, draining } = context;
  const handshake = createHandshake(context.maxPayloadBytes);

  return async (connectionId, upgrade) => {
    const [request, socket] = upgrade;
    const arrival = readUpgrade(request);
    const speaksProtocol = arrival.subprotocols.includes(SUBPROTOCOL);
    const target = context.createTarget(speaksProtocol);
    // Before the hub knows it: a plain client is put into its room's group before its handshake.
    pusher.add(connectionId, target, speaksProtocol);
    const result = await hub.register({ connectionId, ...arrival });
    if (!result.accepted) {
      pusher.remove(connectionId);
      refuseUpgrade(socket, result);
      return;
    }
    tracker.track(result.done);
    const ws = draining() ? undefined : handshake(upgrade, result);
    if (ws) {
      onOpen({ connectionId, ws, target, speaksProtocol, connection: result.connection });
      target.open(ws, socket);
      return;
    }
    pusher.remove(connectionId);
    if (draining()) refuseUpgrade(socket, CLOSING);
    await (await hub.cleanup({ connectionId })).done;
  };
}

function createHandshake(maxPayload: number) {
  const accepted = new WeakMap<IncomingMessage, Accepted>();
  const server = new WebSocketServer({
    ...{ noServer: true, clientTracking: false, maxPayload },
    perMessageDeflate: false, // A few bytes can inflate to megabytes.
    handleProtocols: (_offered, request) => accepted.get(request)?.subprotocol ?? false,
  });
  /** Answers undefined if the request is no valid one, or the client has left meanwhile. */
  return ([request, socket, head]: Upgrade, result: Accepted): WebSocket | undefined => {
    accepted.set(request, result);
    const done: { ws?: WebSocket } = {};
    server.handleUpgrade(request, socket, head, (ws) => {
      done.ws = ws;
    });
    return done.ws;
  };
}
