import type { Settings } from "./settings.ts";

/** The three functions that API Gateway calls. */
export const EVENTS = ["register", "transport", "cleanup"] as const;

/** The name of the function for an event. */
export function functionName({ name }: Settings, event: (typeof EVENTS)[number]): string {
  return `${name}-${event}`;
}
