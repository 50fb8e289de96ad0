import { type RequestKind, UnavailableError } from "@hubbub/core";
import type { DynamoCommand, DynamoOptions } from "./dynamo-client.ts";
import {
  DynamoConditionFailed,
  DynamoSetupError,
  isConditionFailed,
  isMismatch,
  isThrottled,
  toDynamoError,
  wasRetried,
} from "./dynamo-errors.ts";

/** One request, and how it is counted. */
export interface DynamoRequest<Output> {
  /** As it is called in a policy, such as `PutItem`. */
  readonly action: string;
  readonly kind: RequestKind;
  /** Rows that it reads or writes by key. (Default: 1) */
  readonly rows?: number;
  readonly command: DynamoCommand;
  /** Rows that DynamoDB left over; the rest of the request, or undefined if it did all. */
  readonly rest?: (output: Output) => DynamoRequest<Output> | undefined;
}

/** Options of {@link createDynamoSender}. */
export interface DynamoSenderOptions extends DynamoOptions {
  random: () => number;
}

/**
 * Sends a request until it is done, and answers what DynamoDB did. Rejects with `DynamoConditionFailed`
 * if a condition was not met, and with core's errors otherwise.
 */
export type DynamoSender = <Output>(request: DynamoRequest<Output>) => Promise<Output[]>;

const MAX_TRIES = 6;
const BASE_MS = 50;
const MAX_BACKOFF_MS = 1000;

/**
 * Creates a sender. Throttled requests are repeated up to 5 times with full jitter, on top of the SDK's
 * own retries: those share a budget that a storm uses up. Nothing else is repeated here, since only of a
 * throttled request it is certain that it did nothing.
 */
export function createDynamoSender(options: DynamoSenderOptions): DynamoSender {
  const { client, clock, random, meter, tableName, logger } = options;
  const reported = new Set<string>();

  async function failure(error: unknown, action: string): Promise<unknown> {
    const region = await regionOf(client.config?.region);
    const failed = toDynamoError(error, { action, tableName, region });
    if (failed instanceof DynamoSetupError) {
      const { problem, message } = failed;
      const kind = `${problem} ${action}`;
      // Once: every request fails now.
      if (!reported.has(kind)) logger?.error(message, { problem });
      reported.add(kind);
    }
    return failed;
  }

  /** Undefined if it was throttled, and may be sent again. */
  async function tryToSend<Output>(request: DynamoRequest<Output>, tries: number) {
    const { action, kind, rows = 1, command } = request;
    meter?.count(kind, rows);
    try {
      return (await client.send(command)) as Output;
    } catch (error) {
      if (isConditionFailed(error) || isMismatch(error)) {
        throw new DynamoConditionFailed(tries > 1 || wasRetried(error), { cause: error });
      }
      if (isThrottled(error) && tries < MAX_TRIES) return undefined;
      throw await failure(error, action);
    }
  }

  return async function send<Output>(request: DynamoRequest<Output>) {
    const outputs: Output[] = [];
    let next = request;
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const output = await tryToSend(next, tries);
      if (output !== undefined) {
        outputs.push(output);
        const rest = next.rest?.(output);
        if (!rest) return outputs;
        next = rest;
      }
      await clock.sleep(random() * Math.min(MAX_BACKOFF_MS, BASE_MS * 2 ** (tries - 1)));
    }
    const { action } = request;
    throw new UnavailableError(`${action} on table "${tableName}" left rows over each time`);
  };
}

/** The region of an SDK client, where it is known: for messages. */
async function regionOf(region: unknown): Promise<string | undefined> {
  try {
    const known: unknown = typeof region === "function" ? await region() : region;
    return typeof known === "string" ? known : undefined;
  } catch {
    return undefined; // That it is missing is what the error is about.
  }
}
