import { InvalidArgumentError, type Ports, type Pusher } from "@hubbub/core";
import { checkKnown } from "@hubbub/core/adapter";
import { nodePorts } from "./node-ports.ts";
import type { AttachOptions, ServeOptions, TrafficLimits } from "./server-options.ts";

type Optional = "store" | "log" | "traffic" | "maxAgeMs";

/** Options with their defaults filled in. Store and log stay undefined where memory is meant. */
export interface ResolvedOptions
  extends Pick<AttachOptions, Optional>,
    Required<Omit<AttachOptions, Optional | keyof Ports>> {
  ports: Ports & { logger: NonNullable<Ports["logger"]> };
}

/** What `serve` has beyond `attach`, with its defaults filled in. */
export interface ListenOptions {
  port: number;
  host: string | undefined;
  healthPath: string;
  signals: boolean;
  handler: ServeOptions["handler"];
  onRequest: ServeOptions["onRequest"];
}

const ONE_MIB = 1024 * 1024;
const MAX_TIMER_MS = 2 ** 31 - 1; // Node fires a longer timer at once.

const ATTACH_OPTIONS = [
  ...["path", "store", "log", "backplane", "close", "maxBufferedBytes", "maxConnections", "pingMs"],
  ...["helloTimeoutMs", "drainMs", "maxAgeMs", "traffic", "closeCode"],
  ...["logger", "clock", "random", "id"],
];
const TRAFFIC_OPTIONS = ["messagesPerSecond", "bytesPerSecond", "maxMessageBytes"];
const SERVE_OPTIONS = [
  ...ATTACH_OPTIONS,
  ...["port", "host", "healthPath", "signals", "handler", "onRequest"],
];

/**
 * Checks the options of `attach` and fills in the defaults.
 *
 * @throws InvalidArgumentError naming the option and what it wants.
 */
export function resolveAttachOptions(options: AttachOptions): ResolvedOptions {
  const { path = "/", maxBufferedBytes = ONE_MIB, maxConnections = Infinity } = options;
  const { pingMs = 25_000, helloTimeoutMs = 10_000, drainMs = 10_000 } = options;
  const backplane = options.backplane ?? ((local: Pusher) => local);
  const close = options.close ?? (async () => {});
  checkPath("path", path);
  checkWhole("maxBufferedBytes", maxBufferedBytes, 1024);
  if (maxConnections !== Infinity) checkWhole("maxConnections", maxConnections, 1);
  checkWhole("pingMs", pingMs, 10, MAX_TIMER_MS);
  checkWhole("helloTimeoutMs", helloTimeoutMs, 1, MAX_TIMER_MS);
  checkWhole("drainMs", drainMs, 0, MAX_TIMER_MS);
  check(typeof backplane === "function", "backplane must be a function");
  check(typeof close === "function", "close must be a function");
  const { store, log, maxAgeMs, traffic, closeCode = (code) => code } = options;
  if (maxAgeMs !== undefined) checkWhole("maxAgeMs", maxAgeMs, 1000, MAX_TIMER_MS);
  if (traffic !== undefined) checkTraffic(traffic);
  check(typeof closeCode === "function", "closeCode must be a function of a close code");
  return {
    ...{ path, maxBufferedBytes, maxConnections, pingMs, helloTimeoutMs, drainMs, backplane },
    ...{ close, closeCode },
    ...(store && { store }),
    ...(log && { log }),
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    ...(traffic && { traffic }),
    ports: checkedPorts(options),
  };
}

function checkTraffic(traffic: TrafficLimits): void {
  checkKnown("traffic", traffic, TRAFFIC_OPTIONS);
  checkWhole("traffic.messagesPerSecond", traffic.messagesPerSecond, 1);
  checkWhole("traffic.bytesPerSecond", traffic.bytesPerSecond, 1024);
  checkWhole("traffic.maxMessageBytes", traffic.maxMessageBytes, 1024);
}

/** Checked here, because the backend in memory is made with them before core can look at them. */
function checkedPorts(options: AttachOptions): ResolvedOptions["ports"] {
  const ports = nodePorts(options);
  for (const name of ["random", "id"] as const) {
    check(typeof ports[name] === "function", `${name} must be a function`);
  }
  const { clock, logger } = ports;
  check(isFunctions(clock, ["now", "sleep"]), "clock must have the functions now and sleep");
  check(isFunctions(logger, ["error", "warn"]), "logger must have the functions error and warn");
  return ports;
}

function isFunctions(value: object, names: readonly string[]): boolean {
  return names.every((name) => typeof Reflect.get(value, name) === "function");
}

/**
 * Refuses options that `attach` doesn't know.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkAttachNames(options: AttachOptions): void {
  checkKnown("attach", options, ATTACH_OPTIONS);
}

/**
 * Checks what `serve` has beyond `attach`, and fills in the defaults.
 *
 * @throws InvalidArgumentError naming the option and what it wants.
 */
export function resolveListenOptions(options: ServeOptions): ListenOptions {
  checkKnown("serve", options, SERVE_OPTIONS);
  const { port = 4000, host, healthPath = "/health", signals = true } = options;
  const { handler, onRequest } = options;
  checkWhole("port", port, 0, 65_535);
  check(host === undefined || (typeof host === "string" && host !== ""), "host must be an address");
  checkPath("healthPath", healthPath);
  check(typeof signals === "boolean", "signals must be true or false");
  check(
    handler === undefined || typeof handler === "function",
    "handler must be a function of (request, response)",
  );
  check(
    onRequest === undefined || typeof onRequest === "function",
    "onRequest must be a function of a request",
  );
  return { port, host, healthPath, signals, handler, onRequest };
}

function check(valid: boolean, message: string): void {
  if (!valid) throw new InvalidArgumentError(message);
}

function checkPath(name: string, path: unknown): void {
  check(
    typeof path === "string" && /^\/[^?#\s]*$/.test(path),
    `${name} must be a path that begins with "/" and has no query, got ${JSON.stringify(path)}`,
  );
}

function checkWhole(
  name: string,
  value: unknown,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): void {
  const valid = Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max;
  check(valid, `${name} must be a whole number from ${min} to ${max}, got ${String(value)}`);
}
