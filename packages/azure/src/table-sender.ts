import type { RequestKind } from "@hubbub/core";
import type { TableCallOptions, TableClientLike, TableOptions } from "./table-client.ts";
import { failureOf, type TableFailure, TableSetupError, toTableError } from "./table-errors.ts";
import { untilAborted } from "./until-aborted.ts";

/** One request, and how it is counted. */
interface TableRequest<T, R extends TableRefusal> {
  /** As the SDK calls it. */
  readonly action: string;
  readonly kind: RequestKind;
  /** Refusals that are answers to it; any other is an error. */
  readonly answers: readonly R[];
  send(options: TableCallOptions): Promise<T>;
}

/** Why a request did nothing. */
export type TableRefusal = Exclude<TableFailure, "failed" | "throttled">;

/** Sends a request and answers what Table Storage did; rejects with core's errors. */
export type TableSender = <T, R extends TableRefusal = never>(
  request: TableRequest<T, R>,
) => Promise<T | R>;

const MAX_TRIES = 5;
const BASE_MS = 100;
const MAX_BACKOFF_MS = 2000;

/**
 * Creates a sender. Throttled requests are repeated up to 4 times with full jitter, on top of the SDK's own
 * retries, which heed `Retry-After`; nothing else is repeated here, and no try begins after the time-out.
 */
export function createTableSender(client: TableClientLike, options: TableOptions): TableSender {
  const { clock, random = Math.random, timeoutMs = 10_000, meter, logger } = options;
  const { tableName } = client;
  const reported = new Set<string>();

  function toError(error: unknown, action: string): Error {
    const failed = toTableError(error, { action, tableName });
    if (failed instanceof TableSetupError && !reported.has(failed.problem)) {
      reported.add(failed.problem); // Once: every request fails now.
      logger?.error(failed.message, { problem: failed.problem });
    }
    return failed;
  }

  return async function send({ action, kind, answers, send: call }) {
    const giveUpAt = clock.now() + timeoutMs;
    const abortSignal = AbortSignal.timeout(timeoutMs); // Of all tries together.
    for (let tries = 1; ; tries++) {
      meter?.count(kind);
      try {
        return await untilAborted(abortSignal, call);
      } catch (error) {
        const failure = failureOf(error);
        const waitMs = random() * Math.min(MAX_BACKOFF_MS, BASE_MS * 2 ** (tries - 1));
        const isInTime = tries < MAX_TRIES && clock.now() + waitMs < giveUpAt;
        const refusal = answers.find((answer) => answer === failure);
        if (refusal !== undefined) return refusal;
        if (failure !== "throttled" || !isInTime) throw toError(error, action);
        await clock.sleep(waitMs);
      }
    }
  };
}
