import { randomUUID } from "node:crypto";
import type { LocalClock } from "../../shared/local-clock.ts";
import {
  checkBody,
  type MessageAttributes,
  md5Of,
  md5OfAttributes,
  messageBytes,
} from "./message-attributes.ts";
import { completeAttributes, type QueueAttributes, readSettings } from "./queue-attributes.ts";
import { markReceived, type QueueMessage, readReceiptHandle } from "./queue-message.ts";
import { createQueueWaiters } from "./queue-waiters.ts";
import { SqsError } from "./sqs-error.ts";

/** How many messages a queue has. */
export interface QueueCounts {
  /** That can be received now. */
  visible: number;
  /** That were received and neither deleted nor became visible again. */
  inFlight: number;
  /** That were sent with a delay which is not over. */
  delayed: number;
}

/** A queue of {@link createLocalSqs}. */
export interface LocalQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly region: string;
  readonly clock: LocalClock;
  /** As they were set, or by default. */
  attributes(): QueueAttributes;
  /** Changes attributes; throws an {@link SqsError} for what SQS refuses. */
  setAttributes(attributes: QueueAttributes): void;
  /** Counts the messages now. */
  counts(): QueueCounts;
  /** Adds a message; throws an {@link SqsError} for what SQS refuses. */
  send(body: string, options?: { attributes?: MessageAttributes; delayS?: number }): QueueMessage;
  /** Takes what is visible, up to `max` messages, and hides it. */
  take(max: number, visibilityTimeoutS?: number): QueueMessage[];
  /** Resolves when a message may have become visible, after `ms` milliseconds, or when aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** Deletes a message by the handle of its last receive; an older handle has no effect. */
  delete(receiptHandle: string): void;
  /** Makes a received message visible in `seconds`. */
  changeVisibility(receiptHandle: string, seconds: number): void;
  /** Deletes all messages. */
  purge(): void;
}

/** What a queue is made of. */
export interface LocalQueueOptions extends Pick<LocalQueue, "name" | "url" | "arn" | "region"> {
  clock: LocalClock;
  attributes: QueueAttributes;
  /** Puts a message that was received too often into another queue; false if there is none. */
  redrive: (arn: string, message: QueueMessage) => boolean;
}

const SECOND_MS = 1000;

/** A queue that takes messages of other queues. */
export interface RedrivableQueue extends LocalQueue {
  accept(message: QueueMessage): void;
}

/**
 * Creates an empty queue.
 *
 * @throws SqsError if an attribute is unknown or wrong.
 */
export function createLocalQueue(options: LocalQueueOptions): RedrivableQueue {
  const { name, url, arn, region, clock, redrive } = options;
  let attributes = completeAttributes(options.attributes);
  let settings = readSettings(attributes);
  const messages = new Map<string, QueueMessage>();
  const waiters = createQueueWaiters(clock);

  const dropExpired = () => {
    dropOlder(messages, clock.now() - settings.retentionS * SECOND_MS);
  };

  function add(message: QueueMessage): void {
    messages.set(message.id, message);
    waiters.wake();
  }

  /** True if the message has gone to the dead-letter queue instead. */
  function isDead(message: QueueMessage): boolean {
    const { redrivePolicy } = settings;
    if (!redrivePolicy || message.receiveCount < redrivePolicy.maxReceiveCount) return false;
    if (!redrive(redrivePolicy.deadLetterTargetArn, message)) return false;
    messages.delete(message.id);
    return true;
  }

  return {
    ...{ name, url, arn, region, clock, accept: add },
    attributes: () => attributes,
    setAttributes(changes) {
      attributes = completeAttributes({ ...attributes, ...changes });
      settings = readSettings(attributes);
    },
    counts: () => {
      dropExpired();
      return countMessages(messages.values(), clock.now());
    },
    send(body, { attributes: own = {}, delayS = settings.delayS } = {}) {
      checkBody(body);
      if (messageBytes(body, own) > settings.maxMessageBytes) {
        const message = `Message must be shorter than ${settings.maxMessageBytes + 1} bytes.`;
        throw new SqsError("InvalidParameterValue", message);
      }
      const message = createMessage(body, own, clock.now(), delayS * SECOND_MS);
      add(message);
      return message;
    },
    take(max, visibilityTimeoutS = settings.visibilityTimeoutS) {
      dropExpired();
      const taken: QueueMessage[] = [];
      for (const message of messages.values()) {
        if (taken.length === max) break;
        if (message.visibleAt > clock.now() || isDead(message)) continue;
        taken.push(markReceived(message, clock.now(), visibilityTimeoutS * SECOND_MS));
      }
      return taken;
    },
    wait: (ms, signal) => waiters.wait(nextChange(messages.values(), clock.now(), ms), signal),
    delete(receiptHandle) {
      const id = readReceiptHandle(receiptHandle);
      if (messages.get(id)?.receiptHandle === receiptHandle) messages.delete(id);
    },
    changeVisibility(receiptHandle, seconds) {
      const message = messages.get(readReceiptHandle(receiptHandle));
      if (message?.receiptHandle !== receiptHandle || message.visibleAt <= clock.now()) {
        throw new SqsError("MessageNotInflight", "The message referred to is not in flight.");
      }
      message.visibleAt = clock.now() + seconds * SECOND_MS;
      waiters.wake();
    },
    purge: () => messages.clear(),
  };
}

function dropOlder(messages: Map<string, QueueMessage>, time: number): void {
  for (const { id, sentAt } of messages.values()) if (sentAt <= time) messages.delete(id);
}

function createMessage(
  body: string,
  attributes: MessageAttributes,
  now: number,
  delayMs: number,
): QueueMessage {
  return {
    ...{ id: randomUUID(), body, md5OfBody: md5Of(body), attributes, sentAt: now },
    md5OfAttributes: md5OfAttributes(attributes),
    ...{ visibleAt: now + delayMs, receiveCount: 0 },
    ...{ firstReceivedAt: undefined, receiptHandle: undefined },
  };
}

function countMessages(messages: Iterable<QueueMessage>, now: number): QueueCounts {
  const counts = { visible: 0, inFlight: 0, delayed: 0 };
  for (const { visibleAt, receiveCount } of messages) {
    if (visibleAt <= now) counts.visible += 1;
    else if (receiveCount > 0) counts.inFlight += 1;
    else counts.delayed += 1;
  }
  return counts;
}

/** How long it may take until something becomes visible by itself, in milliseconds; `ms` at most. */
function nextChange(messages: Iterable<QueueMessage>, now: number, ms: number): number {
  let least = ms;
  for (const { visibleAt } of messages) least = Math.min(least, Math.max(0, visibleAt - now));
  return least;
}
