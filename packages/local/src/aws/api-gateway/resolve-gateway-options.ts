import type { Logger } from "@hubbub/core";
import { checkKnown } from "@hubbub/core/adapter";
import * as checks from "../../shared/check-options.ts";
import { checkDelay } from "../../shared/delay-range.ts";
import { systemClock } from "../../shared/local-clock.ts";
import type { LocalApiGatewayOptions, RouteOptions } from "./gateway-options.ts";

type Optional = "authorizer" | "tls" | "credentials" | "throttle" | "domainName";

/** Options with their defaults filled in. */
export interface ResolvedGatewayOptions
  extends Required<Omit<LocalApiGatewayOptions, Optional | "routes" | "routeSelectionExpression">>,
    Pick<LocalApiGatewayOptions, Optional> {
  routes: ReadonlyMap<string, Required<RouteOptions>>;
  /** Where a message names its route, as a path into its JSON. */
  routePath: readonly string[];
}

const MAX_TIMER_MS = 2 ** 31 - 1; // Node fires a longer timer at once.
const MINUTE_MS = 60_000;
const SELECTION = /^\$request\.body\.([\w-]+(?:\.[\w-]+)*)$/;

const OPTIONS = [
  ...["routes", "routeSelectionExpression", "authorizer", "port", "stage", "apiId", "domainName"],
  ...["region", "accountId", "tls", "credentials", "throttle", "maxBufferedBytes", "latency"],
  ...["integrationTimeoutMs", "idleTimeoutMs", "maxConnectionMs", "faults", "random", "clock"],
  "logger",
];

const consoleLogger: Pick<Logger, "error"> = {
  error: (message, details) => console.error(message, details ?? ""),
};

/**
 * Checks a gateway's options and fills in the defaults.
 *
 * @throws InvalidArgumentError naming the option and what it wants.
 */
export function resolveGatewayOptions(options: LocalApiGatewayOptions): ResolvedGatewayOptions {
  checkKnown("createLocalApiGateway", options, OPTIONS);
  const resolved = {
    ...{ port: 0, stage: "prod", apiId: "local12345", region: "us-east-1" },
    ...{ accountId: "000000000000", maxBufferedBytes: 1024 * 1024, integrationTimeoutMs: 29_000 },
    ...{ idleTimeoutMs: 10 * MINUTE_MS, maxConnectionMs: 120 * MINUTE_MS, latency: {}, faults: {} },
    ...{ random: Math.random, clock: systemClock, logger: consoleLogger },
    ...options,
    routes: routesOf(options.routes),
    routePath: pathOf(options.routeSelectionExpression ?? "$request.body.action"),
  };
  checks.checkWhole("port", resolved.port, 0, 65_535);
  checks.checkWhole("maxBufferedBytes", resolved.maxBufferedBytes, 0, Number.MAX_SAFE_INTEGER);
  for (const name of ["integrationTimeoutMs", "idleTimeoutMs", "maxConnectionMs"] as const) {
    checks.checkWhole(name, resolved[name], 1, MAX_TIMER_MS);
  }
  for (const name of ["stage", "apiId", "region", "accountId"] as const) {
    checks.check(/^[\w$-]+$/.test(resolved[name]), `${name} must be letters, digits, _ and -`);
  }
  const { invokeMs = 0, managementMs = 0 } = resolved.latency;
  checkDelay("latency.invokeMs", invokeMs);
  checkDelay("latency.managementMs", managementMs);
  checkOptional(options);
  checks.checkFunction("random", resolved.random);
  checks.checkClock(resolved.clock);
  return resolved;
}

function checkOptional({ authorizer, throttle, credentials }: LocalApiGatewayOptions): void {
  if (authorizer) {
    checks.checkFunction("authorizer.handler", authorizer.handler);
    for (const source of authorizer.identitySources ?? []) {
      const known = /^route\.request\.(header|querystring)\.[\w-]+$/.test(source);
      checks.check(known, "authorizer.identitySources must be like route.request.header.Auth");
    }
  }
  if (throttle) {
    const valid = throttle.ratePerSecond >= 0 && throttle.burst >= 1;
    checks.check(valid, "throttle must have a ratePerSecond from 0 and a burst from 1");
  }
  if (credentials) {
    const { accessKeyId, secretAccessKey } = credentials;
    const valid = typeof accessKeyId === "string" && typeof secretAccessKey === "string";
    checks.check(valid, "credentials must have accessKeyId and secretAccessKey");
  }
}

function pathOf(expression: string): string[] {
  const path = SELECTION.exec(expression)?.[1]?.split(".");
  checks.check(path !== undefined, "routeSelectionExpression must be like $request.body.action");
  return path ?? [];
}

function routesOf(routes: LocalApiGatewayOptions["routes"]): Map<string, Required<RouteOptions>> {
  checks.check(typeof routes === "object" && routes !== null, "routes must be an object");
  const entries = Object.entries(routes).map(([key, route]) => {
    const { handler, routeResponse = false } =
      typeof route === "function" ? { handler: route } : route;
    checks.checkFunction(`routes.${key}`, handler);
    return [key, { handler, routeResponse }] as const;
  });
  return new Map(entries);
}
