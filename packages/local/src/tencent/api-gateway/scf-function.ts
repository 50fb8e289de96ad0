import { randomUUID } from "node:crypto";
import type { LocalClock } from "../../shared/local-clock.ts";

/** The second argument of an SCF event function. */
export interface ScfContext {
  callbackWaitsForEmptyEventLoop: boolean;
  readonly memory_limit_in_mb: number;
  /** How long the function may take in all, in milliseconds. */
  readonly time_limit_in_ms: number;
  readonly request_id: string;
  /** JSON. */
  readonly environment: string;
  readonly environ: string;
  readonly function_version: string;
  readonly function_name: string;
  readonly namespace: string;
  readonly tencentcloud_region: string;
  readonly tencentcloud_appid: string;
  readonly tencentcloud_uin: string;
  /** How long the function may still run, in milliseconds; never less than 0. */
  getRemainingTimeInMillis(): number;
}

/** How a function without a promise answers, or fails. Only its first call counts. */
export type ScfCallback = (error?: unknown, result?: unknown) => void;

/**
 * An SCF event function: what it returns, or what its promise resolves to, is its answer, and what it throws its
 * failure. One that takes a callback and returns nothing is waited for until it calls back.
 */
export type ScfFunction<Event> = {
  invoke(event: Event, context: ScfContext, callback: ScfCallback): unknown;
}["invoke"]; // A method's parameters are compared both ways, a function's are not.

/** Creates the context of one invocation. */
export function createScfContext(
  functionName: string,
  timeoutMs: number,
  clock: LocalClock,
): ScfContext {
  const deadline = clock.now() + timeoutMs;
  return {
    callbackWaitsForEmptyEventLoop: true,
    ...{ memory_limit_in_mb: 128, time_limit_in_ms: timeoutMs, request_id: randomUUID() },
    environment: '{"SCF_NAMESPACE":"default"}',
    environ: "SCF_NAMESPACE=default",
    ...{ function_version: "$LATEST", function_name: functionName, namespace: "default" },
    tencentcloud_region: "ap-guangzhou",
    ...{ tencentcloud_appid: "1250000000", tencentcloud_uin: "100000000000" },
    getRemainingTimeInMillis: () => Math.max(0, deadline - clock.now()),
  };
}
