import type { Logger } from "@hubbub/core";
import { checkKnown } from "@hubbub/core/adapter";
import * as checks from "../shared/check-options.ts";
import { systemClock } from "../shared/local-clock.ts";
import { isHubName } from "./hub-names.ts";
import type {
  LocalWebPubSubOptions,
  SystemEvent,
  WebPubSubEventHandler,
  WebPubSubHubOptions,
} from "./web-pubsub-options.ts";

/** An event handler with its defaults filled in. */
export interface ResolvedEventHandler {
  urlTemplate: string;
  handler: WebPubSubEventHandler["handler"];
  /** In lower case. */
  userEventPatterns: readonly string[];
  systemEvents: readonly SystemEvent[];
}

/** A hub's settings with their defaults filled in. */
interface ResolvedHubOptions {
  eventHandlers: readonly ResolvedEventHandler[];
  anonymous: boolean;
}

type Optional = "secondaryKey" | "webHookOrigin" | "throttle";

/** Options with their defaults filled in. */
export interface ResolvedWebPubSubOptions
  extends Required<Omit<LocalWebPubSubOptions, Optional | "hubs">>,
    Pick<LocalWebPubSubOptions, Optional> {
  /** By the name in lower case. */
  hubs: ReadonlyMap<string, ResolvedHubOptions>;
  /** The access key, and the second one. */
  keys: readonly string[];
}

/** For loopback only, and no secret: with it a connection string in a settings file stays good. */
export const WELL_KNOWN_KEY = "bG9jYWwtd2ViLXB1YnN1Yi1rZXktbm90LWEtc2VjcmV0";

const OPTIONS = [
  ...["hubs", "port", "accessKey", "secondaryKey", "webHookOrigin", "throttle", "faults", "clock"],
  ...["keepAliveIntervalMs", "eventTimeoutMs", "recoveryWindowMs", "logger", "trace"],
];
const HUB_OPTIONS = ["eventHandlers", "anonymousConnectPolicy"];
const HANDLER_OPTIONS = ["urlTemplate", "handler", "userEventPattern", "systemEvents"];
const SYSTEM_EVENTS: readonly SystemEvent[] = ["connect", "connected", "disconnected"];
const MAX_TIMER_MS = 2 ** 31 - 1; // Node fires a longer timer at once.
const MAX_KEEP_ALIVE_MS = 120_000;

const consoleLogger: Pick<Logger, "warn"> = {
  warn: (message, details) => console.warn(message, details ?? ""),
};

/**
 * Checks the options and fills in the defaults.
 *
 * @throws InvalidArgumentError naming the option and what it wants.
 */
export function resolveWebPubSubOptions(options: LocalWebPubSubOptions): ResolvedWebPubSubOptions {
  checkKnown("createLocalWebPubSub", options, OPTIONS);
  const { hubs = {}, secondaryKey } = options;
  const resolved = {
    ...{ port: 0, accessKey: WELL_KNOWN_KEY, eventTimeoutMs: 100_000, recoveryWindowMs: 30_000 },
    ...{ keepAliveIntervalMs: options.clock ? 0 : 20_000, faults: {}, clock: systemClock },
    ...{ logger: consoleLogger, trace: () => undefined },
    ...options,
  };
  checks.checkWhole("port", resolved.port, 0, 65_535);
  checks.checkWhole("keepAliveIntervalMs", resolved.keepAliveIntervalMs, 0, MAX_KEEP_ALIVE_MS);
  checks.checkWhole("eventTimeoutMs", resolved.eventTimeoutMs, 1, MAX_TIMER_MS);
  checks.checkWhole("recoveryWindowMs", resolved.recoveryWindowMs, 1, MAX_TIMER_MS);
  for (const [name, key] of Object.entries({ accessKey: resolved.accessKey, secondaryKey })) {
    // A semicolon would end the key in a connection string.
    const valid = key === undefined || (typeof key === "string" && /^[!-:<-~]+$/.test(key));
    checks.check(valid, `${name} must be printable ASCII without spaces and semicolons`);
  }
  checks.checkClock(resolved.clock);
  checks.checkFunction("trace", resolved.trace);
  checks.checkFunction("logger.warn", resolved.logger.warn);
  checkThrottle(options);
  return {
    ...resolved,
    hubs: hubsOf(hubs),
    keys: [resolved.accessKey, ...(secondaryKey === undefined ? [] : [secondaryKey])],
  };
}

function checkThrottle({ throttle, webHookOrigin }: LocalWebPubSubOptions): void {
  if (throttle) {
    const valid = throttle.ratePerSecond >= 0 && throttle.burst >= 1;
    checks.check(valid, "throttle must have a ratePerSecond from 0 and a burst from 1");
  }
  if (webHookOrigin !== undefined) {
    const valid = typeof webHookOrigin === "string" && /^[!-~]+(, ?[!-~]+)*$/.test(webHookOrigin);
    checks.check(valid, "webHookOrigin must be hosts, separated by commas");
  }
}

function hubsOf(hubs: object): Map<string, ResolvedHubOptions> {
  checks.check(typeof hubs === "object" && hubs !== null, "hubs must be an object");
  const entries = Object.entries(hubs).map(([name, hub]) => {
    checks.check(
      isHubName(name),
      `hubs.${name}: a hub's name is a letter, then letters and digits`,
    );
    return [name.toLowerCase(), hubOf(`hubs.${name}`, hub)] as const;
  });
  return new Map(entries);
}

function hubOf(where: string, hub: WebPubSubHubOptions): ResolvedHubOptions {
  checkKnown(where, hub, HUB_OPTIONS);
  const { eventHandlers = [], anonymousConnectPolicy = "deny" } = hub;
  checks.check(
    ["allow", "deny"].includes(anonymousConnectPolicy),
    `${where}.anonymousConnectPolicy must be "allow" or "deny"`,
  );
  checks.check(Array.isArray(eventHandlers), `${where}.eventHandlers must be an array`);
  return {
    anonymous: anonymousConnectPolicy === "allow",
    eventHandlers: eventHandlers.map((handler, index) =>
      handlerOf(`${where}.eventHandlers[${index}]`, handler),
    ),
  };
}

function handlerOf(where: string, given: WebPubSubEventHandler): ResolvedEventHandler {
  checkKnown(where, given, HANDLER_OPTIONS);
  const { handler, userEventPattern = "*", systemEvents = SYSTEM_EVENTS } = given;
  const urlTemplate =
    given.urlTemplate ?? (handler ? "http://127.0.0.1/api/{hub}/{event}" : undefined);
  checks.check(isHttpUrl(urlTemplate), `${where}.urlTemplate must be an http or https URL`);
  if (handler !== undefined) checks.checkFunction(`${where}.handler`, handler);
  checks.check(
    typeof userEventPattern === "string",
    `${where}.userEventPattern must be a text such as * or say,typing`,
  );
  checks.check(
    Array.isArray(systemEvents) && systemEvents.every((event) => SYSTEM_EVENTS.includes(event)),
    `${where}.systemEvents must be an array of ${SYSTEM_EVENTS.join(", ")}`,
  );
  const userEventPatterns = userEventPattern.split(",").map((one) => one.trim().toLowerCase());
  return { urlTemplate: urlTemplate ?? "", handler, userEventPatterns, systemEvents };
}

function isHttpUrl(template: unknown): boolean {
  if (typeof template !== "string") return false;
  const url = template.replace(/\{(hub|event)\}/gi, "x");
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
