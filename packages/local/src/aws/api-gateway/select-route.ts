import type { RouteOptions } from "./gateway-options.ts";
import type { ResolvedGatewayOptions } from "./resolve-gateway-options.ts";

/** The route that a message goes to; none if it names none and there is no `$default`. */
export interface SelectedRoute {
  routeKey: string;
  route: Required<RouteOptions> | undefined;
}

const LIFECYCLE: readonly string[] = ["$connect", "$disconnect"];

/** Finds a message's route; whatever names no route, JSON or not, goes to `$default`. */
export function selectRoute(
  { routes, routePath }: Pick<ResolvedGatewayOptions, "routes" | "routePath">,
  text: string,
): SelectedRoute {
  const key = keyIn(text, routePath);
  const named = key !== undefined && !LIFECYCLE.includes(key) ? routes.get(key) : undefined;
  if (key !== undefined && named) return { routeKey: key, route: named };
  return { routeKey: "$default", route: routes.get("$default") };
}

function keyIn(text: string, path: readonly string[]): string | undefined {
  try {
    const found = path.reduce<unknown>((value, name) => propertyOf(value, name), JSON.parse(text));
    return typeof found === "string" ? found : undefined;
  } catch {
    return undefined;
  }
}

function propertyOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}
