import type { Logger } from "@hubbub/core";
import { checkKnown } from "@hubbub/core/adapter";
import { check, checkFunction, checkWhole } from "../../shared/check-options.ts";
import { createTimerScope } from "../../shared/timer-scope.ts";
import { invokeHandler } from "../lambda/invoke-handler.ts";
import { createLambdaContext } from "../lambda/lambda-context.ts";
import type { AnyLambdaHandler } from "../lambda/lambda-handler.ts";
import { readBatchItemFailures } from "./batch-item-failures.ts";
import type { LocalQueue } from "./local-queue.ts";
import type { QueueMessage } from "./queue-message.ts";
import { createSqsEvent, type SqsEvent } from "./sqs-event.ts";

/** Options for {@link createEventSource}. */
export interface EventSourceOptions {
  queue: LocalQueue;
  handler: AnyLambdaHandler<SqsEvent>;
  /** Messages in an event, at most; 1 to 10. (Default: 10) */
  batchSize?: number;
  /** Handlers that run at once, at most; 2 to 1,000, as on AWS. (Default: 1,000) */
  maximumConcurrency?: number;
  /** True: only messages in the answer's `batchItemFailures` are received again. (Default: false) */
  reportBatchItemFailures?: boolean;
  /**
   * How long a handler may take, in milliseconds; not longer than the queue's visibility timeout, as
   * AWS demands. (Default: that timeout, but not more than 15 minutes)
   */
  timeoutMs?: number;
  /** Told of handlers that failed. (Default: the console) */
  logger?: Pick<Logger, "error">;
}

/** A queue's consumer. */
export interface EventSource {
  /** Resolves when no handler runs and no message is visible; failed ones in flight don't count. */
  idle(): Promise<void>;
  /** Takes nothing any more; handlers in progress go on, and their messages stay in the queue. */
  close(): void;
}

const MAX_TIMEOUT_MS = 15 * 60 * 1000;
const POLL_MS = 20_000;
const OPTIONS = [
  ...["queue", "handler", "batchSize", "maximumConcurrency", "reportBatchItemFailures"],
  ...["timeoutMs", "logger"],
];

/**
 * Starts to call a handler with a queue's messages. What a handler did not fail on is deleted, the rest
 * is received again after the queue's visibility timeout.
 *
 * @param options Queue and handler.
 * @throws InvalidArgumentError naming the option that is wrong.
 */
export function createEventSource(options: EventSourceOptions): EventSource {
  const { queue, batchSize, maximumConcurrency } = resolve(options);
  const stop = new AbortController();
  const deliver = createDelivery(options);
  const waiting = new Set<() => void>();
  let running = 0;
  let freed: () => void = () => undefined;

  const isIdle = () => running === 0 && queue.counts().visible === 0;
  function tellWaiting(): void {
    for (const tell of waiting) tell();
    waiting.clear();
  }

  function settle(): void {
    running -= 1;
    freed();
    if (isIdle()) tellWaiting();
  }

  async function poll(): Promise<void> {
    while (!stop.signal.aborted) {
      if (running >= maximumConcurrency) {
        await new Promise<void>((resume) => {
          freed = resume;
        });
        continue;
      }
      const batch = queue.take(batchSize);
      if (batch.length === 0) {
        // What was visible may have gone to the dead-letter queue.
        if (isIdle()) tellWaiting();
        await queue.wait(POLL_MS, stop.signal);
        continue;
      }
      running += 1;
      void deliver(batch, stop.signal).then(settle);
    }
  }
  void poll();

  return {
    async idle() {
      if (!isIdle() && !stop.signal.aborted) await new Promise<void>((tell) => waiting.add(tell));
    },
    close() {
      stop.abort();
      freed();
      tellWaiting();
    },
  };
}

/** Creates what calls the handler for a batch and deletes what was handled. Never rejects. */
function createDelivery(options: EventSourceOptions) {
  const { queue, timeoutMs, handler, reportBatchItemFailures, logger } = resolve(options);

  return async (batch: readonly QueueMessage[], signal: AbortSignal): Promise<void> => {
    const clock = createTimerScope(queue.clock);
    const stop = () => clock.end();
    signal.addEventListener("abort", stop);
    const deadline = clock.now() + timeoutMs;
    const names = { functionName: queue.name, region: queue.region, accountId: "000000000000" };
    const context = createLambdaContext({ ...names, clock, deadline });
    try {
      const result = await Promise.race([
        invokeHandler(handler, createSqsEvent(queue, batch), context),
        new Promise<never>((_resolve, reject) => {
          clock.setTimer(timeoutMs, () =>
            reject(new Error(`Task timed out after ${timeoutMs} ms`)),
          );
        }),
      ]);
      if (signal.aborted) return;
      const ids = batch.map(({ id }) => id);
      const failed = reportBatchItemFailures ? readBatchItemFailures(result, ids) : new Set();
      for (const { id, receiptHandle } of batch) {
        if (receiptHandle !== undefined && !failed.has(id)) queue.delete(receiptHandle);
      }
    } catch (error) {
      logger.error(`the handler of the queue ${queue.name} failed`, { error });
    } finally {
      signal.removeEventListener("abort", stop);
      clock.end();
    }
  };
}

function resolve(options: EventSourceOptions): Required<EventSourceOptions> {
  checkKnown("createEventSource", options, OPTIONS);
  const { queue, handler, batchSize = 10, maximumConcurrency = 1000 } = options;
  checkFunction("handler", handler);
  checkWhole("batchSize", batchSize, 1, 10);
  checkWhole("maximumConcurrency", maximumConcurrency, 2, 1000);
  check(typeof queue?.take === "function", "queue must be a queue of createLocalSqs");
  const visibleMs = Number(queue.attributes().VisibilityTimeout) * 1000;
  const { timeoutMs = Math.max(1, Math.min(visibleMs, MAX_TIMEOUT_MS)) } = options;
  checkWhole("timeoutMs", timeoutMs, 1, Math.max(1, Math.min(visibleMs, MAX_TIMEOUT_MS)));
  const logger = options.logger ?? { error: (text, details) => console.error(text, details) };
  const { reportBatchItemFailures = false } = options;
  return {
    queue,
    handler,
    batchSize,
    maximumConcurrency,
    reportBatchItemFailures,
    timeoutMs,
    logger,
  };
}
