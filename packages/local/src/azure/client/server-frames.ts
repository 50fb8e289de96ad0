import type { HubMessage } from "../hub-message.ts";
import type { AckIdValue } from "./ack-ids.ts";

/** Why a client's frame failed. */
export type AckError = "Forbidden" | "BadRequest" | "InternalServerError" | "Duplicate";

/** Writes the frame that a client gets first. */
export function connectedFrame(
  userId: string | undefined,
  connectionId: string,
  reconnectionToken: string | undefined,
): string {
  // JSON leaves out what is undefined.
  return JSON.stringify({
    type: "system",
    event: "connected",
    userId,
    connectionId,
    reconnectionToken,
  });
}

/** Writes the frame that a client gets last. */
export function disconnectedFrame(message: string): string {
  return JSON.stringify({ type: "system", event: "disconnected", message });
}

/** Writes an ack; without `error` a good one. */
export function ackFrame(ackId: AckIdValue, error?: { name: AckError; message: string }): string {
  const rest = JSON.stringify({ success: error === undefined, error }).slice(1);
  return `{"type":"ack","ackId":${ackId},${rest}`;
}

/** Writes the answer to `invoke`, which this service does not know. */
export function invokeRefusedFrame(invocationId: unknown): string {
  const error = { name: "BadRequest", message: "invoke is not supported" };
  return JSON.stringify({ type: "invokeResponse", invocationId, success: false, error });
}

/** Writes the answers to what is not served; none if the client waits for none. */
export function unservedFrames(
  ackId: AckIdValue | undefined,
  streamId: string | undefined,
): string[] {
  const message = "Streams and group state are not supported";
  const error = { name: "BadRequest", message } as const;
  const closed = JSON.stringify({ type: "streamClosed", streamId, error });
  return [
    ...(ackId === undefined ? [] : [ackFrame(ackId, error)]),
    ...(streamId === undefined ? [] : [closed]),
  ];
}

export const PONG_FRAME = '{"type":"pong"}';

const starts = new WeakMap<HubMessage, string>();

/** Writes a message; what its receivers have in common is written once. */
export function messageFrame(message: HubMessage, sequenceId?: number): string {
  const start = starts.get(message) ?? messageStart(message);
  starts.set(message, start);
  return sequenceId === undefined ? `${start}}` : `${start},"sequenceId":${sequenceId}}`;
}

function messageStart({ group, fromUserId, dataType, data, metadata }: HubMessage): string {
  const from = group === undefined ? { from: "server" } : { from: "group", group, fromUserId };
  const head = JSON.stringify({ type: "message", ...from, dataType }).slice(0, -1);
  const tail = metadata ? `,"metadata":${JSON.stringify(metadata)}` : "";
  return `${head},"data":${dataOf(dataType, data)}${tail}`;
}

/** JSON goes on as it came: its numbers may be longer than those of JavaScript. */
function dataOf(dataType: HubMessage["dataType"], data: HubMessage["data"]): string {
  if (dataType === "json") return data.toString();
  return JSON.stringify(data.toString(dataType === "binary" ? "base64" : "utf8"));
}
