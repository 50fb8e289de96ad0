import { randomUUID } from "node:crypto";
import type { Clock, Logger, Ports } from "@hubbub/core";
import { createJsonLogger } from "@hubbub/core/adapter";

/** What a caller may bring in place of the runtime's own. */
export interface EventPortOptions {
  /** (Default: the system's) */
  clock?: Clock | undefined;
  /** (Default: `Math.random`) */
  random?: (() => number) | undefined;
  /** Unguessable ids. (Default: UUIDs) */
  id?: (() => string) | undefined;
  /** (Default: the console, one line of JSON for each problem) */
  logger?: Logger | undefined;
}

/** The clock of the system. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    }),
};

/** Fills in what a process has by itself. */
export function systemPorts(options: EventPortOptions): Ports & { logger: Logger } {
  return {
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    id: options.id ?? randomUUID,
    logger: options.logger ?? createJsonLogger(console),
  };
}
