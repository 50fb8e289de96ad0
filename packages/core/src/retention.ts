import { checkKnown, checkNumber } from "./check-options.ts";

/** How much of a room's log is kept. What is older by count or by age may be trimmed. */
export interface Retention {
  /** The newest entries that are kept. (Default: 1,000; `Infinity`: all) */
  readonly maxEntries: number;
  /** How long an entry is kept, in milliseconds. (Default: 7 days; `Infinity`: for ever) */
  readonly maxAgeMs: number;
  /**
   * Entries younger than this are never trimmed, in milliseconds: longer than the longest invocation
   * of a function, or a paused one could write into a trimmed slot. (Default: 15 minutes)
   */
  readonly minAgeMs: number;
}

/** Retention that differs from the defaults. */
export type RetentionOptions = Partial<Retention>;

const MINUTE_MS = 60_000;
const DEFAULTS: Retention = {
  maxEntries: 1000,
  maxAgeMs: 7 * 24 * 60 * MINUTE_MS,
  minAgeMs: 15 * MINUTE_MS,
};

/**
 * Fills in the defaults.
 *
 * @throws InvalidArgumentError if an option is wrong; the message names it.
 */
export function resolveRetention(options: RetentionOptions = {}): Retention {
  checkKnown("retention", options, Object.keys(DEFAULTS));
  const retention: Retention = { ...DEFAULTS, ...options };
  checkNumber("retention.maxEntries", retention.maxEntries, { min: 1, infinite: true });
  checkNumber("retention.maxAgeMs", retention.maxAgeMs, { min: 1, infinite: true });
  checkNumber("retention.minAgeMs", retention.minAgeMs, { min: 0 });
  return retention;
}
