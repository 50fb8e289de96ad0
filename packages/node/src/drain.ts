import type { ByeFrame } from "@hubbub/core";
import type { Gateway } from "./gateway.ts";
import type { NodePusher } from "./node-pusher.ts";
import type { Session } from "./session.ts";

const GOING_AWAY = 1001;
const RESTART = 1012;
const REASON = "the server restarts";
const MAX_LEAVE_MS = 5000;
const CLOSE_MS = 5000; // More than sockets take to close, or to be cut off.

/** How a gateway ends. */
export interface DrainOptions {
  /** How long clients and work have, in milliseconds. */
  drainMs: number;
  /** There is no other server that clients could go to: nobody waits for them to leave. */
  alone: boolean;
  /** What becomes of a close code. */
  closeCode: (code: number) => number;
}

/**
 * Ends a gateway without losing what was accepted: clients are told to leave and served until they
 * have, work in progress ends, then the rest is closed.
 *
 * @param gateway The gateway.
 * @param pusher Its pusher.
 * @param options How long it may take, and what to wait for.
 */
export async function drain(
  gateway: Gateway,
  pusher: NodePusher,
  options: DrainOptions,
): Promise<void> {
  const { drainMs, alone } = options;
  const { sessions, tracker } = gateway;
  gateway.refuseNew();
  for (const session of sessions) await dismiss(session, pusher, options);
  // Plain clients can't be told, so nobody waits for them to leave.
  const left = () => alone || [...sessions].every(({ speaksProtocol }) => !speaksProtocol);
  await tracker.settled(left, drainMs);
  for (const session of sessions) session.close(codeFor(session), REASON);
  await tracker.settled(() => sessions.size === 0, CLOSE_MS);
  gateway.stop();
}

async function dismiss(
  session: Session,
  pusher: NodePusher,
  { drainMs, closeCode }: DrainOptions,
): Promise<void> {
  if (!session.speaksProtocol) return;
  // Nothing may be said before `hello`.
  if (!session.welcomed()) return session.close(RESTART, REASON);
  const bye: ByeFrame = {
    ...{ type: "bye", code: closeCode(RESTART), reason: REASON, reconnect: true },
    afterMs: Math.min(MAX_LEAVE_MS, Math.floor(drainMs / 2)),
  };
  await pusher.send(session.connectionId, JSON.stringify(bye));
}

function codeFor(session: Session): number {
  return session.speaksProtocol ? RESTART : GOING_AWAY;
}
