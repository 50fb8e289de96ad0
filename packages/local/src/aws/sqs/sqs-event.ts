import type { LocalQueue } from "./local-queue.ts";
import type { QueueMessage } from "./queue-message.ts";
import { systemAttributes } from "./received-message.ts";

/** An attribute of a record, as Lambda shows it. */
export interface SqsRecordAttribute {
  stringValue?: string;
  /** In Base64. */
  binaryValue?: string;
  stringListValues: string[];
  binaryListValues: string[];
  dataType: string;
}

/** A message, as Lambda shows it. */
export interface SqsRecord {
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: Record<string, string>;
  messageAttributes: Record<string, SqsRecordAttribute>;
  md5OfBody: string;
  md5OfMessageAttributes?: string;
  eventSource: "aws:sqs";
  eventSourceARN: string;
  awsRegion: string;
}

/** What a Lambda with an SQS event source gets. */
export interface SqsEvent {
  Records: SqsRecord[];
}

/** Creates the event for what was taken from a queue. */
export function createSqsEvent(queue: LocalQueue, messages: readonly QueueMessage[]): SqsEvent {
  return { Records: messages.map((message) => recordOf(queue, message)) };
}

function recordOf(queue: LocalQueue, message: QueueMessage): SqsRecord {
  const attributes = Object.entries(message.attributes).map(
    ([name, { DataType, StringValue, BinaryValue }]) => {
      const attribute: SqsRecordAttribute = {
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
        ...{ stringListValues: [], binaryListValues: [], dataType: DataType },
      };
      return [name, attribute] as const;
    },
  );
  const { md5OfAttributes } = message;
  return {
    messageId: message.id,
    receiptHandle: message.receiptHandle ?? "",
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: message.md5OfBody,
    ...(md5OfAttributes !== undefined && { md5OfMessageAttributes: md5OfAttributes }),
    ...{ eventSource: "aws:sqs", eventSourceARN: queue.arn, awsRegion: queue.region },
  };
}
