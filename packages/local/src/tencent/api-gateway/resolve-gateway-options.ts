import { randomBytes } from "node:crypto";
import type { Logger } from "@hubbub/core";
import { checkKnown } from "@hubbub/core/adapter";
import * as checks from "../../shared/check-options.ts";
import { checkDelay } from "../../shared/delay-range.ts";
import { systemClock } from "../../shared/local-clock.ts";
import type { LocalTencentGatewayOptions } from "./gateway-options.ts";

type Optional = "secretId" | "cleanup";

/** Options with their defaults filled in. */
export interface ResolvedTencentGatewayOptions
  extends Required<Omit<LocalTencentGatewayOptions, Optional>>,
    Pick<LocalTencentGatewayOptions, Optional> {}

const MAX_TIMER_MS = 2 ** 31 - 1; // Node fires a longer timer at once.
const MAX_FUNCTION_MS = 900_000; // SCF's.

const OPTIONS = [
  ...["register", "transport", "cleanup", "port", "path", "stage", "serviceName", "serviceKey"],
  ...["secretId", "serviceTimeoutMs", "functionTimeoutMs", "maxMessageBytes", "latency", "faults"],
  ...["createId", "random", "clock", "logger"],
];

const consoleLogger: Pick<Logger, "error"> = {
  error: (message, details) => console.error(message, details ?? ""),
};

/**
 * Checks a gateway's options and fills in the defaults.
 *
 * @throws InvalidArgumentError naming the option and what it wants.
 */
export function resolveTencentGatewayOptions(
  options: LocalTencentGatewayOptions,
): ResolvedTencentGatewayOptions {
  checkKnown("createLocalTencentGateway", options, OPTIONS);
  const resolved = {
    ...{ port: 0, path: "/", stage: "release", serviceName: "localsvc" },
    ...{ serviceTimeoutMs: 800_000, functionTimeoutMs: 3000, maxMessageBytes: 1024 * 1024 },
    serviceKey: "serviceName" as const,
    ...{ latency: {}, faults: {}, createId: () => randomBytes(16).toString("base64") },
    ...{ random: Math.random, clock: systemClock, logger: consoleLogger },
    ...options,
  };
  const { register, transport, cleanup = register, createId, random, serviceKey } = resolved;
  for (const [name, value] of Object.entries({ register, transport, cleanup, createId, random })) {
    checks.checkFunction(name, value);
  }
  checks.checkWhole("port", resolved.port, 0, 65_535);
  checks.checkWhole("serviceTimeoutMs", resolved.serviceTimeoutMs, 1, MAX_TIMER_MS);
  checks.checkWhole("functionTimeoutMs", resolved.functionTimeoutMs, 1, MAX_FUNCTION_MS);
  checks.checkWhole("maxMessageBytes", resolved.maxMessageBytes, 1, Number.MAX_SAFE_INTEGER);
  checks.check(/^\/\S*$/.test(resolved.path), "path must begin with a slash");
  const known = serviceKey === "serviceName" || serviceKey === "serviceId";
  checks.check(known, "serviceKey must be serviceName or serviceId");
  for (const name of ["stage", "serviceName"] as const) {
    checks.check(/^[\w-]+$/.test(resolved[name]), `${name} must be letters, digits, _ and -`);
  }
  checkDelay("latency.invokeMs", resolved.latency.invokeMs ?? 0);
  checkDelay("latency.pushMs", resolved.latency.pushMs ?? 0);
  checks.checkClock(resolved.clock);
  return resolved;
}
