import { checkKnown } from "@hubbub/core/adapter";
import { check, checkClock, checkFunction, checkWhole } from "../../shared/check-options.ts";
import { checkDelay, type DelayRange } from "../../shared/delay-range.ts";
import { type LocalClock, systemClock } from "../../shared/local-clock.ts";
import type { CosVersioning } from "./cos-bucket.ts";
import type { CosFaults } from "./cos-faults.ts";
import type { CosLimits } from "./cos-limits.ts";
import type { CosCredentials } from "./cos-signature.ts";

/** How slow COS is: a range lets answers overtake each other. */
export interface CosLatency {
  /** From a request to its effect, in milliseconds. (Default: 0) */
  requestMs?: DelayRange;
  /** From the effect to the answer, in milliseconds. (Default: 0) */
  answerMs?: DelayRange;
}

/** A bucket to begin with. */
export interface CosBucketOptions {
  /** Whether its versions are, or were, kept. (Default: they never were) */
  versioning?: CosVersioning;
}

/** Options for {@link createLocalCos}. */
export interface LocalCosOptions {
  /** The buckets, by name and APPID. (Default: `{ "chat-1250000000": {} }`) */
  buckets?: Readonly<Record<string, CosBucketOptions>>;
  /** 0 takes a free one. (Default: 0) */
  port?: number;
  /** Keys that requests may be signed with; may be changed while it runs. (Default: any signature will do) */
  credentials?: readonly CosCredentials[];
  /** Caps; `COS_LIMITS` are the documented ones. (Default: none) */
  limits?: CosLimits;
  latency?: CosLatency;
  /** Asked at every request; may be changed while it runs. (Default: no faults) */
  faults?: CosFaults;
  /** The largest body, in bytes. (Default: 16 MiB) */
  maxBodyBytes?: number;
  /** Draws the latencies; see `createSeededRandom`. (Default: `Math.random`) */
  random?: () => number;
  /** Signatures, caps, latencies and `LastModified` go by it. (Default: the system's) */
  clock?: LocalClock;
}

/** Options with their defaults filled in. */
export interface ResolvedCosOptions
  extends Required<Omit<LocalCosOptions, "credentials">>,
    Pick<LocalCosOptions, "credentials"> {}

const OPTIONS = [
  ...["buckets", "port", "credentials", "limits", "latency", "faults", "maxBodyBytes"],
  ...["random", "clock"],
];
const LIMITS = [
  ...["readsPerSecond", "writesPerSecond", "listsPerSecond", "multiDeletesPerSecond"],
  ...["writesOfKeyPerSecond", "readsOfKeyPerSecond", "listsOfPrefixPerSecond"],
];
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * Checks the options of a COS and fills in the defaults.
 *
 * @throws InvalidArgumentError naming the option and what it wants.
 */
export function resolveCosOptions(options: LocalCosOptions): ResolvedCosOptions {
  checkKnown("createLocalCos", options, OPTIONS);
  const resolved = {
    ...{ buckets: { "chat-1250000000": {} }, port: 0, limits: {}, latency: {}, faults: {} },
    ...{ maxBodyBytes: MAX_BODY_BYTES, random: Math.random, clock: systemClock },
    ...options,
  };
  const { buckets, limits, latency, credentials } = resolved;
  checkWhole("port", resolved.port, 0, 65_535);
  checkWhole("maxBodyBytes", resolved.maxBodyBytes, 1, Number.MAX_SAFE_INTEGER);
  for (const [name, bucket] of Object.entries(buckets)) checkBucket(name, bucket);
  checkKnown("limits", limits, LIMITS);
  for (const [name, rate] of Object.entries(limits)) {
    check(Number.isFinite(rate) && rate >= 0, `limits.${name} must be requests a second`);
  }
  checkKnown("latency", latency, ["requestMs", "answerMs"]);
  for (const [name, range] of Object.entries(latency)) checkDelay(`latency.${name}`, range);
  check(credentials === undefined || Array.isArray(credentials), "credentials must be an array");
  for (const { secretId, secretKey } of credentials ?? []) {
    const valid = typeof secretId === "string" && typeof secretKey === "string";
    check(valid, "credentials must have secretId and secretKey");
  }
  checkFunction("random", resolved.random);
  checkClock(resolved.clock);
  return resolved;
}

function checkBucket(name: string, { versioning }: CosBucketOptions): void {
  check(
    /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?-\d{5,}$/.test(name),
    `buckets must be named like chat-1250000000, got ${name}`,
  );
  const known = [undefined, "Enabled", "Suspended"].includes(versioning);
  check(known, `buckets.${name}.versioning must be Enabled or Suspended`);
}
