import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock, Logger, Ports } from "@hubbub/core";

const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms) {
    await sleep(ms);
  },
};

const consoleLogger: Logger = {
  error: (message, details) => console.error(`hubbub: ${message}`, details ?? ""),
  warn: (message, details) => console.warn(`hubbub: ${message}`, details ?? ""),
};

/**
 * Fills in what a Node process has by itself.
 *
 * @param ports What the caller brings, for tests above all.
 * @returns The system's clock, `Math.random`, UUIDs and the console where nothing was given.
 */
export function nodePorts(ports: Partial<Ports>): Ports & { logger: Logger } {
  return {
    clock: ports.clock ?? systemClock,
    random: ports.random ?? Math.random,
    id: ports.id ?? randomUUID,
    logger: ports.logger ?? consoleLogger,
  };
}
