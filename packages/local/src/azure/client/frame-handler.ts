import type { Hub } from "../hub.ts";
import { sendFromClient } from "../send-messages.ts";
import type { SendUserEvent } from "../upstream/user-events.ts";
import type { AckIdValue } from "./ack-ids.ts";
import type { AckedFrame } from "./client-frames.ts";
import type { ClientSession } from "./client-session.ts";
import { type AckError, ackFrame } from "./server-frames.ts";

type Failure = { name: AckError; message: string };

const MAX_ACK_IDS = 1000;

/** Creates the function that does what a frame asks for, and acknowledges it. Never rejects. */
export function createFrameHandler(
  hubOf: (name: string) => Hub,
  sendUserEvent: SendUserEvent,
): (session: ClientSession, frame: AckedFrame) => Promise<void> {
  const ackedIds = new WeakMap<ClientSession, Set<AckIdValue>>();

  /** Remembers the newest only. */
  function remember(acked: Set<AckIdValue>, ackId: AckIdValue): void {
    acked.add(ackId);
    if (acked.size <= MAX_ACK_IDS) return;
    const [oldest] = acked;
    if (oldest !== undefined) acked.delete(oldest);
  }

  async function performEvent(
    session: ClientSession,
    { event, payload }: Extract<AckedFrame, { type: "event" }>,
  ): Promise<Failure | undefined> {
    const result = await sendUserEvent(session, event, payload);
    if ("failure" in result) return { name: "InternalServerError", message: result.failure };
    if (result.reply) session.deliver({ ...result.reply, ttlSeconds: 0 });
    return undefined;
  }

  function performOnGroup(
    session: ClientSession,
    frame: Exclude<AckedFrame, { type: "event" }>,
  ): Failure | undefined {
    const { group } = frame;
    const hub = hubOf(session.hub);
    const permission = frame.type === "sendToGroup" ? frame.type : "joinLeaveGroup";
    if (!session.permissions.allows(permission, group)) {
      return { name: "Forbidden", message: `The client has no role webpubsub.${permission}` };
    }
    if (frame.type === "joinGroup") hub.join(session, group);
    else if (frame.type === "leaveGroup") hub.leave(session, group);
    else sendFromClient(hub, session, group, frame);
    return undefined;
  }

  return async (session, frame) => {
    const { ackId } = frame;
    const acked = ackedIds.get(session) ?? new Set();
    ackedIds.set(session, acked);
    const duplicate = ackId !== undefined && acked.has(ackId);
    const failure: Failure | undefined = duplicate
      ? { name: "Duplicate", message: `The ackId ${ackId} was used before` }
      : frame.type === "event"
        ? await performEvent(session, frame)
        : performOnGroup(session, frame);
    if (ackId === undefined) return;
    if (!failure) remember(acked, ackId); // What failed may be tried again with the same id.
    session.sendFrame(ackFrame(ackId, failure));
  };
}
