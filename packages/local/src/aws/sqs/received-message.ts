import type { MessageAttributes } from "./message-attributes.ts";
import { md5OfAttributes } from "./message-attributes.ts";
import type { QueueMessage } from "./queue-message.ts";

/** Who sent all messages: this machine's SQS knows nobody. */
const SENDER_ID = "AIDALOCAL";

/** What SQS itself knows of a received message, as in `attributes` of a Lambda's record. */
export function systemAttributes(message: QueueMessage): Record<string, string> {
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: SENDER_ID,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
  };
}

/** Which attributes a receiver asked for. */
export interface WantedAttributes {
  system: readonly string[];
  own: readonly string[];
}

/** A message as ReceiveMessage answers it. */
export function toReceived(message: QueueMessage, wanted: WantedAttributes): object {
  const system = pick(systemAttributes(message), (name) => isWanted(name, wanted.system));
  const own: MessageAttributes = pick(message.attributes, (name) => isWanted(name, wanted.own));
  const md5 = md5OfAttributes(own);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: message.md5OfBody,
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(md5 !== undefined && { MessageAttributes: own, MD5OfMessageAttributes: md5 }),
  };
}

function pick<Value>(record: Readonly<Record<string, Value>>, keep: (name: string) => boolean) {
  return Object.fromEntries(Object.entries(record).filter(([name]) => keep(name)));
}

/** Asked for are names, `All`, `.*`, and beginnings as in `trace.*`. */
function isWanted(name: string, wanted: readonly string[]): boolean {
  return wanted.some((pattern) => {
    if (pattern === "All" || pattern === ".*" || pattern === name) return true;
    return pattern.endsWith(".*") && name.startsWith(pattern.slice(0, -1));
  });
}
