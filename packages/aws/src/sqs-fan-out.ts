import {
  type Clock,
  type FanOutJob,
  type FanOutQueue,
  InvalidArgumentError,
  type Meter,
  UnavailableError,
} from "@hubbub/core";
import { encodeFanOutJob } from "./fan-out-job.ts";
import { systemPorts } from "./lambda-ports.ts";
import {
  checkQueueUrl,
  createSqsBatchSender,
  type SqsBatchSender,
  type SqsClientLike,
  type SqsClientOptions,
} from "./sqs-client.ts";

/** Options of {@link createSqsFanOut}. */
export interface SqsFanOutOptions extends SqsClientOptions {
  /** The URL of a standard queue. */
  queueUrl: string;
  /** An `SQSClient`. (Default: one that is created at the first job) */
  client?: SqsClientLike | undefined;
  /**
   * Where the parts of a room begin, of which each gets a job of its own; the worker's store must know
   * these cursors. (Default: a room is one job)
   */
  parts?: ((room: string) => Promise<readonly (string | undefined)[]>) | undefined;
  /** (Default: the system's) */
  clock?: Clock | undefined;
  /** Spreads repetitions. (Default: `Math.random`) */
  random?: (() => number) | undefined;
  /** Counts an `enqueue` for each request; a request carries up to ten jobs. */
  meter?: Meter | undefined;
}

interface Waiting {
  body: string;
  resolve(): void;
  reject(error: Error): void;
}

const MAX_BATCH = 10;
const MAX_TRIES = 3;
const RETRY_BASE_MS = 100;

/**
 * Creates a fan-out queue on SQS. Jobs of the same moment leave together, ten in a request; one that
 * SQS did not take is tried three times.
 *
 * @param options The queue, and who asks.
 * @returns A queue whose `enqueue` rejects with `UnavailableError` if a job is not safe.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createSqsFanOut(options: SqsFanOutOptions): FanOutQueue {
  const { queueUrl, parts } = options;
  checkQueueUrl(queueUrl);
  if (parts !== undefined && typeof parts !== "function") {
    throw new InvalidArgumentError("parts must be a function");
  }
  const send = createSender({ ...options, ...systemPorts(options) });
  const batch = createSqsBatchSender(queueUrl, options);
  let waiting: Waiting[] = [];

  function flush(): void {
    const jobs = waiting;
    waiting = [];
    for (let start = 0; start < jobs.length; start += MAX_BATCH) {
      void send(batch, jobs.slice(start, start + MAX_BATCH)); // Settles the promises of its jobs.
    }
  }

  function add(job: FanOutJob): Promise<void> {
    if (waiting.length === 0) queueMicrotask(flush);
    return new Promise((resolve, reject) => {
      waiting.push({ body: encodeFanOutJob(job), resolve, reject });
    });
  }

  return {
    async enqueue(job) {
      // Only a job that has not begun can be shared out.
      const cursors = job.cursor === undefined && parts ? await parts(job.room) : [job.cursor];
      await Promise.all(cursors.map((cursor) => add({ ...job, cursor })));
    },
  };
}

interface SenderParts {
  queueUrl: string;
  clock: Clock;
  random: () => number;
  meter?: Meter | undefined;
}

/** Creates what sends up to ten jobs and settles each. Never rejects. */
function createSender({ queueUrl, clock, random, meter }: SenderParts) {
  async function tryToSend(batch: SqsBatchSender, jobs: readonly Waiting[]): Promise<Waiting[]> {
    meter?.count("enqueue");
    const { Failed = [] } = await batch(jobs.map(({ body }) => body));
    const failed = new Map(Failed.map((entry) => [Number(entry.Id), entry]));
    return jobs.filter((job, index) => {
      const why = failed.get(index);
      if (!why) job.resolve();
      else if (why.SenderFault) job.reject(refusal(queueUrl, `${why.Code} ${why.Message ?? ""}`));
      return why !== undefined && !why.SenderFault;
    });
  }

  return async (batch: SqsBatchSender, jobs: readonly Waiting[]): Promise<void> => {
    let left: readonly Waiting[] = jobs;
    try {
      for (let tries = 0; tries < MAX_TRIES && left.length > 0; tries++) {
        if (tries > 0) await clock.sleep(RETRY_BASE_MS * 2 ** (tries - 1) * (0.5 + random()));
        left = await tryToSend(batch, left);
      }
      for (const job of left) job.reject(refusal(queueUrl, "it failed each time"));
    } catch (error) {
      for (const job of left) job.reject(asUnavailable(queueUrl, error));
    }
  };
}

function asUnavailable(queueUrl: string, cause: unknown): UnavailableError {
  if (!(cause instanceof Error)) return refusal(queueUrl, String(cause));
  Reflect.deleteProperty(cause, "$response"); // With the request's session token.
  return refusal(queueUrl, `${cause.name}: ${cause.message}`, { cause });
}

function refusal(queueUrl: string, why: string, options?: { cause: unknown }): UnavailableError {
  return new UnavailableError(
    `the queue ${queueUrl} took no fan-out job (${why.trim()}): check queueUrl and its region, and that ` +
      "the role allows sqs:SendMessage on it",
    options,
  );
}
