import type { RequestKind } from "@hubbub/core";
import {
  CosSetupError,
  isExpired,
  isMissing,
  isTaken,
  isTransient,
  toCosError,
} from "./cos-errors.ts";
import type { ResolvedCosOptions } from "./cos-options.ts";

/**
 * Sends a request until it is answered. A missing key and a taken one are rejected with as the SDK does;
 * everything else with core's errors.
 */
export type CosSender = <T>(
  kind: RequestKind,
  action: string,
  call: () => Promise<T>,
) => Promise<T>;

const MAX_TRIES = 6;
const BASE_MS = 50;

/**
 * Creates a sender. What COS was too busy for, or failed at by itself, is repeated up to 5 times with
 * full jitter, since the SDK's own retries follow each other in milliseconds; so is, once, what temporary
 * keys had just ended for. All requests of this package may be repeated: a put if absent recognises
 * its own object.
 */
export function createCosSender(options: ResolvedCosOptions): CosSender {
  const { bucket, region, clock, random, meter, logger } = options;
  const reported = new Set<string>();

  function failure(error: unknown, action: string): unknown {
    if (isMissing(error) || isTaken(error)) return error;
    const failed = toCosError(error, { action, bucket, region });
    if (failed instanceof CosSetupError) {
      const { problem, message } = failed;
      const kind = `${problem} ${action}`;
      // Once: every request fails now.
      if (!reported.has(kind)) logger?.error(message, { problem });
      reported.add(kind);
    }
    return failed;
  }

  return async (kind, action, call) => {
    let renewed = false;
    for (let tries = 1; ; tries++) {
      meter?.count(kind);
      try {
        return await call();
      } catch (error) {
        const again = isTransient(error) ? tries < MAX_TRIES : isExpired(error) && !renewed;
        if (!again) throw failure(error, action);
        renewed ||= isExpired(error);
      }
      await clock.sleep(random() * BASE_MS * 2 ** (tries - 1));
    }
  };
}
