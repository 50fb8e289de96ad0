import { InvalidArgumentError } from "@hubbub/core";

/** A lifecycle rule of a bucket, as the SDK's `putBucketLifecycle` takes it. */
export interface CosLifecycleRule {
  ID: string;
  Status: "Enabled";
  Filter: { Prefix: string };
  Expiration: { Days: string };
}

/**
 * The lifecycle rule that deletes the states of connections when they are two days old. Every change of a
 * connection is an object of its own, and so is what remembers that it is closed; nothing but this rule
 * deletes them. A live connection is newer: its lease is renewed. COS replaces all rules of a bucket
 * at once (436/8280): put it together with those that are there.
 *
 * @param options The prefix of the store.
 * @returns The rule.
 * @throws InvalidArgumentError if the prefix is no text.
 */
export function cosLifecycleRule({
  prefix = "hubbub/",
}: {
  prefix?: string;
} = {}): CosLifecycleRule {
  if (typeof prefix !== "string") throw new InvalidArgumentError("prefix must be a text");
  return {
    ID: "hubbub-connections",
    Status: "Enabled",
    Filter: { Prefix: `${prefix}c/` },
    Expiration: { Days: "2" },
  };
}
