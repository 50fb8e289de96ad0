import { SqsError } from "./sqs-error.ts";
import { isSqsInput } from "./sqs-input.ts";

/** Where messages go that were received too often. */
interface RedrivePolicy {
  deadLetterTargetArn: string;
  maxReceiveCount: number;
}

/** What a queue can be told. Times are in seconds, as SQS has them. */
export interface QueueSettings {
  /** (Default: 30) */
  visibilityTimeoutS: number;
  /** (Default: 0) */
  delayS: number;
  /** (Default: 0) */
  receiveWaitS: number;
  /** (Default: 4 days) */
  retentionS: number;
  /** A body with its attributes, and all bodies of a batch. (Default: 1 MiB, AWS's since August 2025) */
  maxMessageBytes: number;
  redrivePolicy: RedrivePolicy | undefined;
}

/** The most that a message, or all of a batch, may have. */
export const MAX_MESSAGE_BYTES: number = 1024 * 1024;

const NUMBERS: Record<string, { min: number; max: number; fallback: number }> = {
  VisibilityTimeout: { min: 0, max: 43_200, fallback: 30 },
  DelaySeconds: { min: 0, max: 900, fallback: 0 },
  ReceiveMessageWaitTimeSeconds: { min: 0, max: 20, fallback: 0 },
  MessageRetentionPeriod: { min: 60, max: 1_209_600, fallback: 345_600 },
  MaximumMessageSize: { min: 1024, max: MAX_MESSAGE_BYTES, fallback: MAX_MESSAGE_BYTES },
};
/** Kept and given back, without any effect here. */
const OTHERS: readonly string[] = [
  ...["Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId", "SqsManagedSseEnabled"],
  "KmsDataKeyReusePeriodSeconds",
];

/** A queue's attributes, as they were set or by default. */
export type QueueAttributes = Readonly<Record<string, string>>;

/**
 * Fills in the defaults and checks.
 *
 * @throws SqsError `InvalidAttributeName` or `InvalidAttributeValue`.
 */
export function completeAttributes(given: QueueAttributes): QueueAttributes {
  for (const [name, value] of Object.entries(given)) {
    const range = NUMBERS[name];
    if (!range && !OTHERS.includes(name)) {
      throw new SqsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
    }
    const number = Number(value);
    if (range && !(Number.isInteger(number) && number >= range.min && number <= range.max)) {
      throw new SqsError("InvalidAttributeValue", `Invalid value for the parameter ${name}.`);
    }
  }
  readRedrivePolicy(given.RedrivePolicy);
  const defaults = Object.entries(NUMBERS).map(([name, { fallback }]) => [name, String(fallback)]);
  return { ...Object.fromEntries(defaults), ...given };
}

/** Reads complete attributes. */
export function readSettings(attributes: QueueAttributes): QueueSettings {
  const number = (name: string) => Number(attributes[name]);
  return {
    visibilityTimeoutS: number("VisibilityTimeout"),
    delayS: number("DelaySeconds"),
    receiveWaitS: number("ReceiveMessageWaitTimeSeconds"),
    retentionS: number("MessageRetentionPeriod"),
    maxMessageBytes: number("MaximumMessageSize"),
    redrivePolicy: readRedrivePolicy(attributes.RedrivePolicy),
  };
}

function readRedrivePolicy(json: string | undefined): RedrivePolicy | undefined {
  if (!json) return undefined;
  const policy = parse(json);
  const { deadLetterTargetArn, maxReceiveCount: count } = policy ?? {};
  const maxReceiveCount = Number(count);
  const inRange = maxReceiveCount >= 1 && maxReceiveCount <= 1000;
  if (typeof deadLetterTargetArn === "string" && Number.isInteger(maxReceiveCount) && inRange) {
    return { deadLetterTargetArn, maxReceiveCount };
  }
  throw new SqsError("InvalidAttributeValue", "Invalid value for the parameter RedrivePolicy.");
}

function parse(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isSqsInput(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
