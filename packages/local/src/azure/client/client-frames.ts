import { Buffer } from "node:buffer";
import type { Payload } from "../hub-message.ts";
import { isEventName, isGroupName } from "../hub-names.ts";
import { parseRecord } from "../is-record.ts";
import { isMetadata, type Metadata } from "../metadata.ts";
import { type AckIdValue, exactAckId, isAckId } from "./ack-ids.ts";

type AckId = { ackId: AckIdValue | undefined };

const UNSERVED = /^(stream(data|end)|(set|subscribe|unsubscribe)groupstate)$/;

/** What a client of the JSON subprotocols says. */
export type ClientFrame =
  | { type: "ping" }
  | { type: "sequenceAck"; sequenceId: number }
  | { type: "invoke"; invocationId: unknown }
  | { type: "cancelInvocation" }
  /** A part of the protocol that is not served: group state, or a stream. */
  | ({ type: "unserved"; streamId: string | undefined } & AckId)
  | ({ type: "joinGroup"; group: string } & AckId)
  | ({ type: "leaveGroup"; group: string } & AckId)
  | ({
      type: "sendToGroup";
      group: string;
      payload: Payload;
      noEcho: boolean;
      ttlSeconds: number;
    } & AckId)
  | ({ type: "event"; event: string; payload: Payload } & AckId);

/** A frame that expects an ack. */
export type AckedFrame = Exclude<Extract<ClientFrame, AckId>, { type: "unserved" }>;

type Fields = Readonly<Record<string, unknown>>;

const MAX_TTL_SECONDS = 300;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Reads a frame; undefined if it is no valid one. */
export function readClientFrame(text: string): ClientFrame | undefined {
  const parsed = parseRecord(text);
  if (!parsed || typeof parsed.type !== "string") return undefined;
  const fields: Fields = { ...parsed, ackId: exactAckId(text, parsed.ackId) };
  const type = parsed.type.toLowerCase();
  if (UNSERVED.test(type) || (type === "sendtogroup" && isStream(fields))) {
    return readUnserved(fields);
  }
  switch (type) {
    case "ping":
      return { type: "ping" };
    case "sequenceack":
      return readSequenceAck(fields);
    case "invoke":
      return { type: "invoke", invocationId: fields.invocationId };
    case "cancelinvocation":
      return { type: "cancelInvocation" };
    case "joingroup":
      return readMembership("joinGroup", fields);
    case "leavegroup":
      return readMembership("leaveGroup", fields);
    case "sendtogroup":
      return readSendToGroup(fields);
    case "event":
      return readEvent(fields);
    default:
      return undefined;
  }
}

/** A number that is too long to be exact is beyond all messages, and as good. */
function readSequenceAck({ sequenceId }: Fields): ClientFrame | undefined {
  const isNumber = typeof sequenceId === "number" && Number.isInteger(sequenceId);
  return isNumber && sequenceId >= 0 ? { type: "sequenceAck", sequenceId } : undefined;
}

/** The start of a stream is a message with a stream in place of data. */
function isStream({ stream }: Fields): boolean {
  return stream !== undefined && stream !== null;
}

function readUnserved(fields: Fields): ClientFrame | undefined {
  const ack = readAckId(fields);
  const { streamId }: { streamId?: unknown } = fields.stream ?? fields;
  const named = typeof streamId === "string" ? streamId : undefined;
  return ack && { type: "unserved", ...ack, streamId: named };
}

function readMembership(type: "joinGroup" | "leaveGroup", fields: Fields): ClientFrame | undefined {
  const { group } = fields;
  const ack = readAckId(fields);
  return ack && isGroupName(group) ? { type, group, ...ack } : undefined;
}

function readSendToGroup(fields: Fields): ClientFrame | undefined {
  const { group, noEcho = false, ttlSeconds } = fields;
  const ack = readAckId(fields);
  const payload = readPayload(fields);
  const ttl = ttlSeconds ?? 0;
  const inRange = isCount(ttl) && ttl <= MAX_TTL_SECONDS;
  if (!ack || !payload || !inRange || !isGroupName(group) || typeof noEcho !== "boolean") {
    return undefined;
  }
  return { type: "sendToGroup", group, payload, noEcho, ttlSeconds: ttl, ...ack };
}

function readEvent(fields: Fields): ClientFrame | undefined {
  const { event } = fields;
  const ack = readAckId(fields);
  const payload = readPayload(fields);
  return ack && payload && isEventName(event)
    ? { type: "event", event, payload, ...ack }
    : undefined;
}

/** Undefined if there is an ackId that is none. */
function readAckId({ ackId }: Fields): AckId | undefined {
  if (ackId === undefined || ackId === null) return { ackId: undefined };
  return isAckId(ackId) ? { ackId } : undefined;
}

function readPayload(fields: Fields): Payload | undefined {
  const metadata = fields.metadata ?? undefined;
  if (metadata !== undefined && !isMetadata(metadata)) return undefined;
  const payload = readData(fields, metadata);
  return payload && { ...payload, metadata };
}

function readData(
  { dataType = "json", data }: Fields,
  metadata: Metadata | undefined,
): Payload | undefined {
  // Metadata may go alone.
  if (data === undefined && metadata) return { dataType: "text", data: Buffer.alloc(0) };
  if (data === undefined || data === null || typeof dataType !== "string") return undefined;
  switch (dataType.toLowerCase()) {
    case "json":
      return { dataType: "json", data: Buffer.from(JSON.stringify(data)) };
    case "text":
      return typeof data === "string" ? { dataType: "text", data: Buffer.from(data) } : undefined;
    case "binary":
      return typeof data === "string" && BASE64.test(data)
        ? { dataType: "binary", data: Buffer.from(data, "base64") }
        : undefined;
    default:
      return undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
