import type { Connection, HubGateway, Logger } from "@hubbub/core";
import type { WebSocket } from "ws";
import { createFarewell } from "./farewell.ts";
import { createInbox, type InboxMessage } from "./inbox.ts";
import type { NodePusher } from "./node-pusher.ts";
import type { TrafficLimits } from "./server-options.ts";
import type { PushTarget } from "./tick-queue.ts";
import { createAdmission } from "./traffic-window.ts";
import type { WorkTracker } from "./work-tracker.ts";

/** What all sessions of a server share. */
export interface SessionContext {
  hub: Pick<HubGateway, "transport" | "cleanup" | "touch">;
  pusher: NodePusher;
  tracker: WorkTracker;
  logger: Logger;
  now: () => number;
  helloTimeoutMs: number;
  /** At this age a session ends by itself. */
  maxAgeMs: number | undefined;
  /** What a client may send. */
  traffic: TrafficLimits | undefined;
}

/** A socket, from its handshake to its cleanup. */
export interface Session {
  readonly connectionId: string;
  /** False for a plain client. */
  readonly speaksProtocol: boolean;
  /** True once it said `hello`; a plain client need not. */
  welcomed(): boolean;
  /** Drops a socket that did not answer the last call, renews the lease of the others. Never rejects. */
  beat(): Promise<void>;
  close(code: number, reason: string): void;
}

/** A socket whose handshake is done. */
export interface SessionSocket {
  connectionId: string;
  ws: WebSocket;
  target: PushTarget;
  speaksProtocol: boolean;
  connection: Connection | undefined;
}

/**
 * Serves one socket: its messages go to the hub one after the other, so that they keep their order.
 *
 * @param context What all sessions share.
 * @param socket The socket.
 * @param onEnd Called when the socket is closed; the work for it may still go on.
 * @returns The session.
 */
export function createSession(
  context: SessionContext,
  socket: SessionSocket,
  onEnd: (session: Session) => void,
): Session {
  const { hub, pusher, tracker, logger, maxAgeMs, traffic, now } = context;
  const { connectionId, ws, target } = socket;
  let connection = socket.connection;
  let welcomed = !socket.speaksProtocol;
  let closing = false;

  function close(code: number, reason: string): void {
    closing = true;
    pusher.flush(); // What was said before the end arrives before it.
    target.close(code, reason);
  }

  async function handle(message: InboxMessage): Promise<void> {
    if (closing) return;
    const result = await hub.transport({ connectionId, ...message });
    tracker.track(result.done);
    for (const reply of result.replies) await pusher.send(connectionId, reply);
    connection = result.connection;
    if (connection) {
      welcomed = true;
      clearTimeout(helloTimer);
    }
    if (result.close) close(result.close.code, result.close.reason);
  }

  const understands = () => welcomed && socket.speaksProtocol;
  const farewell = createFarewell({ connectionId, understands, close }, pusher);
  const onFailure = (error: unknown) => {
    logger.error("a message could not be handled", { error });
    close(1011, "internal error");
  };
  const inbox = createInbox(ws, handle, onFailure, createAdmission(traffic, now));

  ws.on("message", () => tracker.track(inbox.idle()));

  const session: Session = {
    connectionId,
    speaksProtocol: socket.speaksProtocol,
    welcomed: () => welcomed,
    beat: createBeat(ws, renew, logger),
    close,
  };

  async function renew(): Promise<void> {
    if (!connection || closing) return;
    const { authExpiresAt = Infinity } = connection;
    if (authExpiresAt <= now()) return farewell.expel(4401, "token_expired");
    if (!(await hub.touch(connectionId)) && connection)
      await farewell.expel(4409, "connection_closed");
  }

  const helloTimer = setTimeout(() => {
    if (!welcomed) close(4408, "no hello in time");
  }, context.helloTimeoutMs);

  const ageTimer = maxAgeMs && setTimeout(() => tracker.track(farewell.retire()), maxAgeMs);

  ws.on("error", () => {}); // "close" follows; what went wrong is the client's affair.
  ws.once("close", () => {
    clearTimeout(helloTimer);
    clearTimeout(ageTimer);
    pusher.remove(connectionId);
    // What the client sent before it left counts.
    tracker.track(inbox.idle().then(() => cleanUp(hub, connectionId)));
    onEnd(session);
  });
  return session;
}

function createBeat(ws: WebSocket, renew: () => Promise<void>, logger: Logger): Session["beat"] {
  let alive = true;
  const onSign = () => {
    alive = true;
  };
  ws.on("message", onSign).on("pong", onSign);
  return async () => {
    // Of a socket that is not read, for too much of it waits, no sign can be seen.
    if (!alive && !ws.isPaused) return ws.terminate();
    alive = ws.isPaused;
    ws.ping();
    await renew().catch((error: unknown) => logger.warn("a lease was not renewed", { error }));
  };
}

async function cleanUp(hub: SessionContext["hub"], connectionId: string): Promise<void> {
  const { done } = await hub.cleanup({ connectionId });
  await done;
}
