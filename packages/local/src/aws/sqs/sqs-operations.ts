import type { LocalClock } from "../../shared/local-clock.ts";
import { checkBatchBytes, readEntries, runBatch } from "./batch-requests.ts";
import type { LocalQueue } from "./local-queue.ts";
import { readMessageAttributes } from "./message-attributes.ts";
import type { QueueRegistry } from "./queue-registry.ts";
import { toReceived } from "./received-message.ts";
import { SqsError } from "./sqs-error.ts";
import { readTextRecord, readTexts, readWhole, requireText, type SqsInput } from "./sqs-input.ts";

/**
 * Answers the body of a request with the body of the response, or throws an SqsError. Once `gone` is
 * aborted, nobody waits for the answer.
 */
export type SqsOperation = (input: SqsInput, gone: AbortSignal) => object | Promise<object>;

const MAX_DELAY_S = 900;
const MAX_VISIBILITY_S = 43_200;
const PURGE_PAUSE_MS = 60_000; // AWS purges a queue once a minute.

/** The operations by the name that follows `AmazonSQS.` in `x-amz-target`. */
export function createSqsOperations(
  queues: QueueRegistry,
  clock: LocalClock,
): ReadonlyMap<string, SqsOperation> {
  const queueOf = (input: SqsInput) => queues.find(requireText(input, "QueueUrl"));
  const purgedAt = new WeakMap<LocalQueue, number>();

  const operations: Record<string, SqsOperation> = {
    CreateQueue(input) {
      const attributes = readTextRecord(input, "Attributes");
      return { QueueUrl: queues.create(requireText(input, "QueueName"), attributes).url };
    },
    GetQueueUrl: (input) => ({ QueueUrl: queues.find(requireText(input, "QueueName")).url }),
    ListQueues(input) {
      const prefix = String(input.QueueNamePrefix ?? "");
      const found = queues.list().filter(({ name }) => name.startsWith(prefix));
      return { QueueUrls: found.map(({ url }) => url) };
    },
    DeleteQueue(input) {
      queues.remove(requireText(input, "QueueUrl"));
      return {};
    },
    GetQueueAttributes(input) {
      const wanted = readTexts(input, "AttributeNames");
      const all = Object.entries(attributesOf(queueOf(input)));
      const kept = all.filter(([name]) => wanted.includes("All") || wanted.includes(name));
      return { Attributes: Object.fromEntries(kept) };
    },
    SetQueueAttributes(input) {
      queueOf(input).setAttributes(readTextRecord(input, "Attributes"));
      return {};
    },
    SendMessage: (input) => send(queueOf(input), input),
    SendMessageBatch(input) {
      const queue = queueOf(input);
      const entries = readEntries(input);
      checkBatchBytes(entries);
      return runBatch(entries, (entry) => send(queue, entry));
    },
    ReceiveMessage: (input, gone) => receive(queueOf(input), input, gone),
    DeleteMessage: (input) => remove(queueOf(input), input),
    DeleteMessageBatch(input) {
      const queue = queueOf(input);
      return runBatch(readEntries(input), (entry) => remove(queue, entry));
    },
    ChangeMessageVisibility: (input) => changeVisibility(queueOf(input), input),
    ChangeMessageVisibilityBatch(input) {
      const queue = queueOf(input);
      return runBatch(readEntries(input), (entry) => changeVisibility(queue, entry));
    },
    PurgeQueue(input) {
      const queue = queueOf(input);
      if ((purgedAt.get(queue) ?? -PURGE_PAUSE_MS) + PURGE_PAUSE_MS > clock.now()) {
        const message = "Only one PurgeQueue operation is allowed every 60 seconds.";
        throw new SqsError("PurgeQueueInProgress", message);
      }
      purgedAt.set(queue, clock.now());
      queue.purge();
      return {};
    },
  };
  return new Map(Object.entries(operations));
}

function attributesOf(queue: LocalQueue): Record<string, string> {
  const { visible, inFlight, delayed } = queue.counts();
  return {
    ...queue.attributes(),
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
}

function send(queue: LocalQueue, input: SqsInput): object {
  const attributes = readMessageAttributes(input);
  const delay = { min: 0, max: MAX_DELAY_S, fallback: 0 };
  const message = queue.send(requireText(input, "MessageBody"), {
    attributes,
    ...(input.DelaySeconds !== undefined && { delayS: readWhole(input, "DelaySeconds", delay) }),
  });
  const { id, md5OfBody, md5OfAttributes } = message;
  return {
    ...{ MessageId: id, MD5OfMessageBody: md5OfBody },
    ...(md5OfAttributes !== undefined && { MD5OfMessageAttributes: md5OfAttributes }),
  };
}

async function receive(queue: LocalQueue, input: SqsInput, gone: AbortSignal): Promise<object> {
  const { VisibilityTimeout = "", ReceiveMessageWaitTimeSeconds = "" } = queue.attributes();
  const max = readWhole(input, "MaxNumberOfMessages", { min: 1, max: 10, fallback: 1 });
  const visibilityTimeoutS = readWhole(input, "VisibilityTimeout", {
    ...{ min: 0, max: MAX_VISIBILITY_S, fallback: Number(VisibilityTimeout) },
  });
  const waitS = readWhole(input, "WaitTimeSeconds", {
    ...{ min: 0, max: 20, fallback: Number(ReceiveMessageWaitTimeSeconds) },
  });
  const wanted = {
    system: [
      ...readTexts(input, "MessageSystemAttributeNames"),
      ...readTexts(input, "AttributeNames"),
    ],
    own: readTexts(input, "MessageAttributeNames"),
  };
  const deadline = queue.clock.now() + waitS * 1000;
  let taken = queue.take(max, visibilityTimeoutS);
  while (taken.length === 0 && queue.clock.now() < deadline) {
    await queue.wait(deadline - queue.clock.now(), gone);
    if (gone.aborted) break; // What is taken now would be in flight for nobody.
    taken = queue.take(max, visibilityTimeoutS);
  }
  return taken.length === 0
    ? {}
    : { Messages: taken.map((message) => toReceived(message, wanted)) };
}

function remove(queue: LocalQueue, input: SqsInput): object {
  queue.delete(requireText(input, "ReceiptHandle"));
  return {};
}

function changeVisibility(queue: LocalQueue, input: SqsInput): object {
  const range = { min: 0, max: MAX_VISIBILITY_S, fallback: -1 };
  const seconds = readWhole(input, "VisibilityTimeout", range);
  queue.changeVisibility(requireText(input, "ReceiptHandle"), seconds);
  return {};
}
