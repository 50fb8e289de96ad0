import type { Buffer } from "node:buffer";
import type { WorkTracker } from "../../shared/work-tracker.ts";
import type { Hub } from "../hub.ts";
import { sendFromClient } from "../send-messages.ts";
import type { SendUserEvent } from "../upstream/user-events.ts";
import { readClientFrame } from "./client-frames.ts";
import type { ClientSession, SessionHost } from "./client-session.ts";
import { CLOSE } from "./client-transport.ts";
import { createFrameHandler } from "./frame-handler.ts";
import { invokeRefusedFrame, PONG_FRAME, unservedFrames } from "./server-frames.ts";

/** Creates what reads clients' messages: those of one client one after the other. */
export function createClientMessages(
  hubOf: (name: string) => Hub,
  sendUserEvent: SendUserEvent,
  tracker: WorkTracker,
): Pick<SessionHost, "onMessage" | "whenHandled"> {
  const queues = new WeakMap<ClientSession, Promise<void>>();
  const handleFrame = createFrameHandler(hubOf, sendUserEvent);

  function enqueue(session: ClientSession, work: () => void | Promise<void>): void {
    const next = (queues.get(session) ?? Promise.resolve()).then(() =>
      session.open ? work() : undefined,
    );
    queues.set(session, next);
    tracker.track(next);
  }

  async function onSimpleMessage(session: ClientSession, data: Buffer, isBinary: boolean) {
    const { target } = session;
    const payload = { dataType: isBinary ? "binary" : "text", data } as const;
    if (!target) {
      const result = await sendUserEvent(session, "message", payload);
      if ("failure" in result) session.fail(CLOSE.internal, result.failure);
      else if (result.reply) session.deliver({ ...result.reply, ttlSeconds: 0 });
    } else if (session.permissions.allows("sendToGroup", target.group)) {
      const message = { payload, ttlSeconds: 0, noEcho: target.noEcho };
      sendFromClient(hubOf(session.hub), session, target.group, message);
    } else {
      session.fail(CLOSE.policy, "The client must not send to the group");
    }
  }

  /** What came before is good. */
  function failLater(session: ClientSession, code: number, reason: string): void {
    enqueue(session, () => session.fail(code, reason));
  }

  function onFrame(session: ClientSession, text: string): void {
    const frame = readClientFrame(text);
    if (!frame) failLater(session, CLOSE.badData, "The message is no frame of the subprotocol");
    else if (frame.type === "ping") session.sendFrame(PONG_FRAME);
    else if (frame.type === "sequenceAck") session.acknowledge(frame.sequenceId);
    else if (frame.type === "unserved") {
      for (const one of unservedFrames(frame.ackId, frame.streamId)) session.sendFrame(one);
    } else if (frame.type === "invoke") session.sendFrame(invokeRefusedFrame(frame.invocationId));
    else if (frame.type !== "cancelInvocation") enqueue(session, () => handleFrame(session, frame));
  }

  return {
    whenHandled: enqueue,
    onMessage(session, data, isBinary) {
      if (session.protocol === "simple") {
        enqueue(session, () => onSimpleMessage(session, data, isBinary));
      } else if (isBinary) {
        failLater(session, CLOSE.badType, "The subprotocol has text messages only");
      } else {
        onFrame(session, data.toString());
      }
    },
  };
}
