import type { Logger } from "@hubbub/core";
import { checkKnown } from "@hubbub/core/adapter";
import * as checks from "../../shared/check-options.ts";
import { type LocalClock, systemClock } from "../../shared/local-clock.ts";
import type { FunctionServer } from "./function-server.ts";
import type { WebFunctionTraffic } from "./traffic-watch.ts";

/** Temporary keys, as the function's role gets them. */
export interface WebFunctionKeys {
  secretId: string;
  secretKey: string;
  sessionToken: string;
}

/** Faults on demand. */
export interface WebFunctionFaults {
  /** Asked before each start of an instance: true makes its bootstrap fail, status 405. */
  bootstrap?: (instance: number) => boolean;
}

/** Options for {@link createLocalWebFunction}. */
export interface LocalWebFunctionOptions {
  /** What runs the function: a command as in `scf_bootstrap`, or a function that starts a server or names one. */
  server: FunctionServer;
  /** 0 takes a free one: see `port` of the function. (Default: 0) */
  port?: number;
  /** Connections that one instance serves at once, 1 to 100. (Default: 1) */
  maxConcurrency?: number;
  /** Instances at once; further connections get 432. (Default: 10, or 1 with `server.port`) */
  maxInstances?: number;
  /** How long a server may take until it listens, in milliseconds of this machine's clock. (Default: 30,000) */
  initTimeoutMs?: number;
  /** How long a connection may last, in milliseconds. (Default: 7,200,000) */
  timeoutMs?: number;
  /**
   * How long a connection may be without a message in either direction, in milliseconds; at most `timeoutMs`.
   * (Default: 15,000, or `timeoutMs` if that is less)
   */
  idleTimeoutMs?: number;
  /** Bounds of each connection and direction. (Default: 10 messages and 131,072 bytes a second, 262,144 a message) */
  traffic?: Partial<WebFunctionTraffic>;
  /** Asked for the keys that each request brings to the function. (Default: it has no role, and gets none) */
  keys?: () => WebFunctionKeys;
  /** May be changed while it runs. (Default: no faults) */
  faults?: WebFunctionFaults;
  /** (Default: the system's) */
  clock?: LocalClock;
  /** Told of failed bootstraps. (Default: the console) */
  logger?: Pick<Logger, "error">;
}

/** Options with their defaults filled in. */
export interface ResolvedWebFunctionOptions
  extends Required<Omit<LocalWebFunctionOptions, "keys" | "traffic">>,
    Pick<LocalWebFunctionOptions, "keys"> {
  traffic: WebFunctionTraffic;
}

const MAX_AGE_MS = 7_200_000;
const IDLE_MS = 15_000;
const MAX_TIMER_MS = 2 ** 31 - 1; // Node fires a longer timer at once.
const OPTIONS = [
  ...["server", "port", "maxConcurrency", "maxInstances", "initTimeoutMs", "timeoutMs"],
  ...["idleTimeoutMs", "traffic", "keys", "faults", "clock", "logger"],
];
const TRAFFIC: WebFunctionTraffic = {
  messagesPerSecond: 10,
  bytesPerSecond: 128 * 1024,
  maxMessageBytes: 256 * 1024,
};

const consoleLogger: Pick<Logger, "error"> = {
  error: (message, details) => console.error(message, details ?? ""),
};

/**
 * Checks the options and fills in the defaults.
 *
 * @throws InvalidArgumentError naming the option and what it wants.
 */
export function resolveWebFunctionOptions(
  options: LocalWebFunctionOptions,
): ResolvedWebFunctionOptions {
  checkKnown("createLocalWebFunction", options, OPTIONS);
  const { timeoutMs = MAX_AGE_MS } = options;
  const ownPort = typeof options.server === "object" ? options.server?.port : undefined;
  const resolved = {
    ...{ port: 0, maxConcurrency: 1, maxInstances: ownPort === undefined ? 10 : 1 },
    ...{ initTimeoutMs: 30_000, timeoutMs, idleTimeoutMs: Math.min(IDLE_MS, timeoutMs) },
    ...{ faults: {}, clock: systemClock, logger: consoleLogger },
    ...options,
    traffic: { ...TRAFFIC, ...options.traffic },
  };
  const { server, traffic, keys } = resolved;
  checkServer(server);
  checks.checkWhole("port", resolved.port, 0, 65_535);
  checks.checkWhole("maxConcurrency", resolved.maxConcurrency, 1, 100);
  checks.checkWhole("maxInstances", resolved.maxInstances, 1, ownPort === undefined ? 1000 : 1);
  for (const name of ["initTimeoutMs", "timeoutMs", "idleTimeoutMs"] as const) {
    checks.checkWhole(name, resolved[name], 1, MAX_TIMER_MS);
  }
  const fits = resolved.idleTimeoutMs <= resolved.timeoutMs;
  checks.check(fits, "idleTimeoutMs must be at most timeoutMs, as on SCF");
  checkKnown("traffic", traffic, Object.keys(TRAFFIC));
  for (const [name, value] of Object.entries(traffic)) {
    checks.checkWhole(`traffic.${name}`, value, 1, Number.MAX_SAFE_INTEGER);
  }
  if (keys !== undefined) checks.checkFunction("keys", keys);
  checks.checkClock(resolved.clock);
  return resolved;
}

function checkServer(server: FunctionServer): void {
  if (typeof server === "function") return;
  const program = server?.command?.[0];
  checks.check(
    typeof program === "string" && program !== "",
    "server must be a function, or have a command of a program and its arguments",
  );
  if (server.port !== undefined) checks.checkWhole("server.port", server.port, 1, 65_535);
}
