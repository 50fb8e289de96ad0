import { type Clock, InvalidArgumentError, type Logger, type Meter } from "@hubbub/core";
import { checkKnown, checkRange } from "@hubbub/core/adapter";

type MaybeAsync<T> = T | Promise<T>;

/** Options of {@link createPushUrlPusher}. */
export interface PushUrlPusherOptions {
  /**
   * The API's push URL, which `DescribeApi` calls `InternalDomain`, or what finds it: a function that
   * reads where a step after the deployment has stored it. Nothing is ever sent anywhere else.
   */
  url: string | (() => MaybeAsync<string>);
  /** How long a URL that was found is used before it is looked for again, in milliseconds. (Default: 60,000) */
  urlTtlMs?: number | undefined;
  /**
   * True if `url` is known to be that of this API, because `DescribeApi` said so. Then whomever it
   * refuses is gone, even before it has accepted a push. (Default: false)
   */
  urlVerified?: boolean | undefined;
  /** How long a push may take, retry and all, in milliseconds. (Default: 2,000) */
  timeoutMs?: number | undefined;
  /** HTTP connections at once, opened when needed; further pushes wait. (Default: 256) */
  maxSockets?: number | undefined;
  /**
   * When a connection was opened, in milliseconds since the Unix epoch. Asked after a refusal, as while
   * `register` is still running there is no connection either: within its first 10 seconds one is
   * `throttled`, not `gone`. (Default: not known)
   */
  connectedAt?: ((connectionId: string) => MaybeAsync<number | undefined>) | undefined;
  /** (Default: the system's) */
  clock?: Clock | undefined;
  /** Counts a `push` for each request. */
  meter?: Meter | undefined;
  /** Told of a push URL that seems to be wrong. (Default: nobody) */
  logger?: Logger | undefined;
}

/** The options with their defaults, checked. */
export interface ResolvedPushUrlOptions
  extends Pick<PushUrlPusherOptions, "url" | "connectedAt" | "meter" | "logger"> {
  readonly urlTtlMs: number;
  readonly urlVerified: boolean;
  readonly timeoutMs: number;
  readonly maxSockets: number;
  readonly clock: Clock;
}

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    }),
};

const OPTIONS = [
  ...["url", "urlTtlMs", "urlVerified", "timeoutMs", "maxSockets", "connectedAt", "clock"],
  ...["meter", "logger"],
];

/**
 * Checks a pusher's options and fills in the defaults.
 *
 * @throws InvalidArgumentError naming the option and what it wants.
 */
export function resolvePushUrlOptions(options: PushUrlPusherOptions): ResolvedPushUrlOptions {
  checkKnown("createPushUrlPusher", options, OPTIONS);
  const { url, urlTtlMs = 60_000, urlVerified = false, timeoutMs = 2000 } = options;
  const { maxSockets = 256, connectedAt, meter, logger, clock = systemClock } = options;
  if (typeof url !== "function") parsePushUrl(url);
  checkRange("urlTtlMs", urlTtlMs, 0);
  checkRange("timeoutMs", timeoutMs, 1);
  checkRange("maxSockets", maxSockets, 1);
  if (typeof urlVerified !== "boolean") {
    throw new InvalidArgumentError("urlVerified must be true or false");
  }
  if (connectedAt !== undefined && typeof connectedAt !== "function") {
    throw new InvalidArgumentError("connectedAt must be a function");
  }
  const numbers = { urlTtlMs, timeoutMs, maxSockets };
  return { url, urlVerified, ...numbers, connectedAt, meter, logger, clock };
}

/**
 * Reads a push URL. The message never shows it: whoever knows it can push to everybody.
 *
 * @throws InvalidArgumentError if it is none.
 */
export function parsePushUrl(text: unknown): URL {
  const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : undefined;
  const plain = url && url.username === "" && url.password === "" && url.hash === "";
  if (url && plain && (url.protocol === "http:" || url.protocol === "https:")) return url;
  throw new InvalidArgumentError(
    "the push URL must be like http://<host>/api-xxxxxxxx, the InternalDomain that DescribeApi answers",
  );
}
