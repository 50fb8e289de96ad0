import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import type { MessageAttributes } from "./message-attributes.ts";
import { SqsError } from "./sqs-error.ts";

/** A message in a queue. Times are in milliseconds since the Unix epoch. */
export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes: MessageAttributes;
  readonly md5OfAttributes: string | undefined;
  readonly sentAt: number;
  /** Nobody receives it before. */
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt: number | undefined;
  /** That of the last receive. */
  receiptHandle: string | undefined;
}

/** Notes that a message was received and hides it; gives a copy to the receiver. */
export function markReceived(
  message: QueueMessage,
  now: number,
  visibilityTimeoutMs: number,
): QueueMessage {
  message.receiveCount += 1;
  message.firstReceivedAt ??= now;
  message.visibleAt = now + visibilityTimeoutMs;
  // It names the message and is never the same twice.
  const handle = `${message.id}/${randomBytes(HANDLE_BYTES).toString("hex")}`;
  message.receiptHandle = Buffer.from(handle).toString("base64");
  return { ...message };
}

const HANDLE_BYTES = 12;

/**
 * Finds the message that a handle names.
 *
 * @returns The message's id.
 * @throws SqsError `ReceiptHandleIsInvalid` for what is no handle.
 */
export function readReceiptHandle(handle: string): string {
  const [, id] =
    /^([0-9a-f-]{36})\/[0-9a-f]{24}$/.exec(Buffer.from(handle, "base64").toString()) ?? [];
  if (id) return id;
  throw new SqsError("ReceiptHandleIsInvalid", "The input receipt handle is invalid.");
}
