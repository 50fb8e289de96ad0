import type { Ports } from "./ports.ts";

const PATIENCE_MS = 10_000;

/** Finds out whether the other end still lives. */
export interface Heartbeat {
  start(everyMs: number): void;
  /** Something arrived. */
  heard(): void;
  stop(): void;
}

/**
 * Creates a stopped heartbeat.
 *
 * @param ports Clock, timer and randomness.
 * @param ping Sends a ping.
 * @param dead Called when nothing arrived for 10 seconds after a ping.
 * @returns The heartbeat.
 */
export function createHeartbeat(ports: Ports, ping: () => void, dead: () => void): Heartbeat {
  let cancelBeat = () => {};
  let cancelDeath: (() => void) | undefined;
  let pingedAt = 0;
  const probe = () => {
    ping();
    if (cancelDeath) return;
    pingedAt = ports.now();
    cancelDeath = ports.setTimer(PATIENCE_MS, () => {
      cancelDeath = undefined;
      // A timer this late means that the device slept: nothing could have arrived.
      if (ports.now() - pingedAt > 2 * PATIENCE_MS) probe();
      else dead();
    });
  };
  const beat = (everyMs: number, share: number) => {
    cancelBeat = ports.setTimer(everyMs * share, () => {
      beat(everyMs, 0.9 + 0.2 * ports.random());
      probe();
    });
  };
  const heard = () => {
    cancelDeath?.();
    cancelDeath = undefined;
  };
  const stop = () => {
    cancelBeat();
    heard();
  };
  return {
    start(everyMs) {
      stop();
      beat(Math.max(1000, everyMs), ports.random());
    },
    heard,
    stop,
  };
}
