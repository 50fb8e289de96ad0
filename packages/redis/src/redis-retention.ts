import { InvalidArgumentError, type RetentionOptions } from "@hubbub/core";
import type { RedisRetention } from "./redis-log-page.ts";

const MINUTE_MS = 60_000;
const DEFAULTS: RedisRetention = {
  maxEntries: 1000,
  maxAgeMs: 7 * 24 * 60 * MINUTE_MS,
  minAgeMs: 15 * MINUTE_MS,
};

/**
 * Fills in core's defaults.
 *
 * @throws InvalidArgumentError naming the option and what it wants.
 */
export function resolveRedisRetention(options: RetentionOptions = {}): RedisRetention {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(DEFAULTS, name))
      throw new InvalidArgumentError(`retention.${name} is not an option`);
  }
  const retention = { ...DEFAULTS, ...options };
  check("maxEntries", retention.maxEntries, 1, Infinity);
  check("maxAgeMs", retention.maxAgeMs, 1, Infinity);
  check("minAgeMs", retention.minAgeMs, 0, Number.MAX_SAFE_INTEGER);
  return retention;
}

function check(name: string, value: number, min: number, max: number): void {
  const whole = Number.isSafeInteger(value) || value === Infinity;
  if (whole && value >= min && value <= max) return;
  throw new InvalidArgumentError(
    `retention.${name} must be a whole number of at least ${min}, got ${String(value)}`,
  );
}
