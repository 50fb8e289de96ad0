import { type Chat, InvalidArgumentError } from "@hubbub/core";
import type { ServeOptions, TrafficLimits } from "@hubbub/node";
import type { ScfCredentialHolder } from "./scf-credentials.ts";

type Decided = "maxAgeMs" | "traffic" | "closeCode" | "onRequest" | "pingMs";

/** Options of `serveWebFunction`: those of `serve` in `@hubbub/node`, and what the function is configured with. */
export interface WebFunctionOptions extends Omit<ServeOptions, Decided> {
  /**
   * The function's `Timeout`, in milliseconds; nothing tells it to the function. It is the longest life of a
   * connection: each is closed with 1000 a tenth of it earlier, at most a minute. (From 20,000 to 7,200,000)
   */
  timeoutMs: number;
  /**
   * The function's `IdleTimeOut`, in milliseconds: clients send a heartbeat before 60 % of it have passed.
   * (Default: 15,000, the platform's; from 2,000)
   */
  idleTimeoutMs?: number;
  /** Takes the keys of the function's role from every request that brings any; see `createScfCredentials`. (Default: nobody) */
  credentials?: ScfCredentialHolder;
  /** Limits that were raised for you. (Default: 10 messages and 131,072 bytes a second, 262,144 bytes a message) */
  traffic?: Partial<TrafficLimits>;
}

/** What follows from the options. */
export interface WebFunctionPlan {
  readonly maxAgeMs: number;
  /** The longest heartbeat that keeps a connection from being idle. */
  readonly heartbeatMs: number;
  readonly traffic: TrafficLimits;
}

const DECIDED = ["maxAgeMs", "closeCode", "onRequest", "pingMs"];
const MINUTE_MS = 60_000;
const HEARTBEAT_SHARE = 0.6; // The client waits up to a tenth longer, and the network takes its time.
const PLATFORM_LIMITS: TrafficLimits = {
  messagesPerSecond: 10,
  bytesPerSecond: 128 * 1024,
  maxMessageBytes: 256 * 1024,
};

/**
 * Checks what the function is configured with.
 *
 * @throws InvalidArgumentError naming the option and what it wants.
 */
export function planWebFunction(
  chat: Pick<Chat, "limits" | "heartbeatMs">,
  options: WebFunctionOptions,
): WebFunctionPlan {
  if (typeof options !== "object" || options === null) {
    throw new InvalidArgumentError("options must be an object with timeoutMs");
  }
  for (const name of DECIDED) {
    if (!(name in options)) continue;
    throw new InvalidArgumentError(`${name} is no option: it follows from the function's limits`);
  }
  const { timeoutMs, idleTimeoutMs = 15_000, credentials } = options;
  checkWhole("timeoutMs", timeoutMs, 20_000, 120 * MINUTE_MS);
  checkWhole("idleTimeoutMs", idleTimeoutMs, 2000, timeoutMs);
  if (credentials !== undefined && typeof credentials?.take !== "function") {
    throw new InvalidArgumentError("credentials must be what createScfCredentials returned");
  }
  const traffic = { ...PLATFORM_LIMITS, ...options.traffic };
  for (const limit of ["maxBytes", "maxReplyBytes"] as const) {
    if (chat.limits[limit] <= traffic.maxMessageBytes) continue;
    throw new InvalidArgumentError(
      `limits.${limit} of the chat must be at most ${traffic.maxMessageBytes}, the platform's longest message`,
    );
  }
  return {
    maxAgeMs: timeoutMs - Math.min(MINUTE_MS, Math.floor(timeoutMs / 10)),
    heartbeatMs: Math.min(chat.heartbeatMs, Math.floor(idleTimeoutMs * HEARTBEAT_SHARE)),
    traffic,
  };
}

function checkWhole(name: string, value: unknown, min: number, max: number): void {
  const valid = Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max;
  if (valid) return;
  const message = `${name} must be a whole number from ${min} to ${max}, got ${String(value)}`;
  throw new InvalidArgumentError(message);
}
