import {
  type Chat,
  createHub,
  type EventDefinitions,
  type FanOutJob,
  InvalidArgumentError,
  type User,
} from "@hubbub/core";
import { checkRange } from "@hubbub/core/adapter";
import { readFanOutJob } from "./fan-out-job.ts";
import { limitRate } from "./fan-out-rate.ts";
import { createLambdaBackend } from "./lambda-backend.ts";
import { deadlineOf, type LambdaContextLike } from "./lambda-deadline.ts";
import { checkLambdaOptions, LAMBDA_OPTIONS, type LambdaOptions } from "./lambda-options.ts";

/** Options of {@link createFanOutWorker}. */
export interface FanOutWorkerOptions extends LambdaOptions {
  /** `MaximumConcurrency` of the event source: how many workers run at once. (Default: 2, its least) */
  maximumConcurrency?: number | undefined;
  /**
   * Pushes a second of all workers together; each gets its share, one at least. An account has 10,000
   * requests a second and region for all its APIs, in newer regions 2,500. (Default: 7,000)
   */
  pushesPerSecond?: number | undefined;
}

/** A message of the queue, as far as it is read. */
export interface FanOutRecord {
  readonly messageId: string;
  readonly body: string;
}

/** What Lambda invokes the worker with. */
export interface FanOutEvent {
  readonly Records: readonly FanOutRecord[];
}

/** The messages that SQS is to deliver again. */
export interface FanOutResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** A Lambda handler for an SQS event source with `ReportBatchItemFailures`. */
export interface FanOutWorker {
  (event: FanOutEvent, context?: LambdaContextLike): Promise<FanOutResponse>;
  /** Closes the connections to AWS. For tests: a function never needs it. */
  close(): void;
}

const MAX_AT_ONCE = 64;
const MAX_PAGE = 1000;
const PAGE_SECONDS = 2;
const OPTIONS = [...LAMBDA_OPTIONS, "maximumConcurrency", "pushesPerSecond"];

/**
 * Creates the consumer of the queue of `createSqsFanOut`: it reads each job's message from the log and
 * pushes it. What a deadline leaves over is queued again from where it stopped; a job that made no
 * progress, or whose pushes mostly failed, is delivered again by SQS. A message that is no job is logged
 * and dropped: there is nobody who could do it.
 *
 * @param chat The chat whose messages they are.
 * @param options Those of the handler; the callback URL must be known, since no event names it.
 * @returns The handler to export.
 * @throws InvalidArgumentError if an option is wrong; the message names it.
 */
export function createFanOutWorker<E extends EventDefinitions, U extends User>(
  chat: Chat<E, U>,
  options: FanOutWorkerOptions,
): FanOutWorker {
  checkLambdaOptions("createFanOutWorker", options, OPTIONS);
  const { maximumConcurrency = 2, pushesPerSecond = 7000 } = options;
  checkRange("maximumConcurrency", maximumConcurrency, 2, 1000);
  checkRange("pushesPerSecond", pushesPerSecond, maximumConcurrency); // One each at least.
  const { hubOptions, stage, marginMs, close } = createLambdaBackend(chat, options);
  const { clock, logger } = hubOptions;
  if (!hubOptions.queue)
    throw new InvalidArgumentError("queueUrl must be the URL of the worker's own queue");
  if (!options.pusher) stage.endpoint(); // Now, not at the first job.
  const perSecond = pushesPerSecond / maximumConcurrency;
  const pusher = limitRate(hubOptions.pusher, perSecond, clock);
  // A worker stops between two pages: one that never got to the end of a page would begin it for ever. And
  // whoever waits for his turn longer than a second may wait beyond the function's end.
  const share = {
    pageSize: Math.min(hubOptions.pageSize ?? MAX_PAGE, Math.ceil(perSecond * PAGE_SECONDS)),
    concurrency: Math.min(hubOptions.concurrency ?? MAX_AT_ONCE, Math.ceil(perSecond)),
  };
  const hub = createHub(chat, { ...hubOptions, ...share, pusher });

  /** False: it has to be done again. SQS waits before it delivers once more; a new message it would deliver at once. */
  async function work(job: FanOutJob, deadlineAt: number | undefined): Promise<boolean> {
    try {
      await hub.fanOut(job, deadlineAt === undefined ? {} : { deadlineAt });
      return true;
    } catch (error) {
      const { room, seq } = job;
      logger.warn("a fan-out job failed; it is done again", { room, seq, error });
      return false;
    }
  }

  async function handle(event: FanOutEvent, context?: LambdaContextLike): Promise<FanOutResponse> {
    if (!Array.isArray(event?.Records)) {
      throw new InvalidArgumentError("the worker's event must be one of SQS: it has no Records");
    }
    const deadlineAt = deadlineOf(clock, context, marginMs);
    const batchItemFailures: FanOutResponse["batchItemFailures"] = [];
    for (const { messageId, body } of event.Records) {
      const job = readFanOutJob(body);
      if (!job) logger.error("dropped a message that is no fan-out job", { messageId });
      else if (!(await work(job, deadlineAt)))
        batchItemFailures.push({ itemIdentifier: messageId });
    }
    return { batchItemFailures };
  }
  return Object.assign(handle, { close });
}
