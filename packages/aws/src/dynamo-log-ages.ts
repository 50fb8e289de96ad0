import { InvalidArgumentError, type RetentionOptions } from "@hubbub/core";

/** When something becomes of the slots of a log, each in milliseconds of age; `Infinity`: never. */
export interface LogAges {
  /** Slots as old as this may be hidden. */
  readonly hideMs: number;
  /** How long what a log's state row says of its oldest slot and its head is believed. */
  readonly checkMs: number;
  /** A log that nobody appended to and nobody looked at for so long begins a new epoch. */
  readonly renewMs: number;
  /** DynamoDB may delete slots as old as this, in any order. */
  readonly deleteMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS; // More than clocks differ.
const DAY_MS = 24 * HOUR_MS;

/**
 * Says when slots end. Two things make it safe that DynamoDB deletes them at any time and in any order:
 *
 * - Who reads a log's state does so from a row that was checked within `checkMs`. So slots that the
 *   state calls kept are younger than `hideMs + checkMs`, and are not deleted before `deleteMs`.
 * - A head is forgotten only with all of its slots. Whoever knows it read it less than `checkMs` after
 *   the last check, so when `renewMs` is over no invocation that knows it is alive.
 *
 * @param retention What the log keeps, with defaults filled in.
 * @throws InvalidArgumentError if it is no retention.
 */
export function logAges({ maxAgeMs, minAgeMs }: DynamoRetention): LogAges {
  if (!(maxAgeMs >= 1 && minAgeMs >= 0 && minAgeMs < Infinity)) {
    throw new InvalidArgumentError(
      "retention.maxAgeMs and retention.minAgeMs must be milliseconds",
    );
  }
  const hideMs = Math.max(maxAgeMs, minAgeMs + MINUTE_MS); // Core knows a head for a minute at most.
  const checkMs = hideMs / 16;
  const renewMs = hideMs + checkMs + minAgeMs + HOUR_MS;
  return { hideMs, checkMs, renewMs, deleteMs: renewMs + minAgeMs + HOUR_MS };
}

/** The part of a retention that DynamoDB has to do with. */
export type DynamoRetention = RetentionOptions & { maxAgeMs: number; minAgeMs: number };

/** Fills in core's defaults, so that slots and log go by the same. */
export function dynamoRetention(options: RetentionOptions = {}): DynamoRetention {
  return { maxAgeMs: 7 * DAY_MS, minAgeMs: 15 * MINUTE_MS, ...options };
}
