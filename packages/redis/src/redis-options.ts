import { type Clock, InvalidArgumentError, type Logger, type Meter } from "@hubbub/core";
import { createDistrust, type Distrust } from "@hubbub/core/adapter";

/** What store, log and backplane have in common. */
export interface RedisOptions {
  /**
   * Begins every key and channel; chats with different prefixes share nothing. Letters, digits and
   * `._:-`, at most 64. (Default: "hubbub")
   */
  prefix?: string | undefined;
  /** How long Redis may take to answer before a call rejects, in milliseconds. (Default: 5,000) */
  timeoutMs?: number | undefined;
  /** Counts requests; a script is one. (Default: nobody counts) */
  meter?: Meter | undefined;
  /** Is warned of what can't be read, once for each place. (Default: nobody is) */
  logger?: Logger | undefined;
}

/** Options with their defaults. */
export interface ResolvedRedisOptions {
  prefix: string;
  timeoutMs: number;
  meter: Meter | undefined;
  distrust: Distrust;
}

const PREFIX = /^[A-Za-z0-9._:-]{1,64}$/; // No braces: they say where a cluster keeps a key.
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Checks the options and fills in the defaults.
 *
 * @throws InvalidArgumentError naming the option and what it wants.
 */
export function resolveRedisOptions(redis: unknown, options: RedisOptions): ResolvedRedisOptions {
  checkCall("redis", redis, "call");
  if (typeof options !== "object" || options === null) {
    throw new InvalidArgumentError("options must be an object");
  }
  const { prefix = "hubbub", timeoutMs = 5000, meter, logger } = options;
  if (typeof prefix !== "string" || !PREFIX.test(prefix)) {
    throw new InvalidArgumentError(
      `prefix must be 1 to 64 of letters, digits and ._:-, got ${JSON.stringify(prefix)}`,
    );
  }
  checkMs("timeoutMs", timeoutMs, 1, MAX_TIMER_MS);
  return { prefix, timeoutMs, meter, distrust: createDistrust(logger) };
}

/**
 * Refuses what lacks a method.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkCall(name: string, value: unknown, ...methods: string[]): void {
  for (const method of methods) {
    if (typeof (value as Record<string, unknown> | undefined)?.[method] !== "function") {
      throw new InvalidArgumentError(`${name} must be an ioredis client: it has no ${method}()`);
    }
  }
}

/**
 * Refuses a duration that is no whole number in range.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkMs(
  name: string,
  value: unknown,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max) return;
  throw new InvalidArgumentError(
    `${name} must be a whole number of milliseconds from ${min} to ${max}, got ${String(value)}`,
  );
}

/**
 * Refuses what is no clock.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkClock(clock: Pick<Clock, "now"> | undefined): void {
  if (typeof clock?.now !== "function") {
    throw new InvalidArgumentError("clock must have the function now");
  }
}
