import type { Admit } from "./inbox.ts";
import type { TrafficLimits } from "./server-options.ts";

/** How the last second is counted. */
export interface TrafficWindowOptions {
  now: () => number;
  /** How long a message counts, in milliseconds. (Default: 1000) */
  windowMs?: number;
  /** True: messages keep a distance instead of coming in bursts. (Default: false) */
  evenly?: boolean;
}

/** What has passed within the last second, and what may. */
export interface TrafficWindow {
  /** How long a message of so many bytes has to wait, in milliseconds; 0 if it may pass now. */
  waitMs(bytes: number): number;
  /** How many bytes may pass now; a message that is alone may have more. */
  room(): number;
  /** Notes that a message passes. */
  count(bytes: number): void;
}

type Rates = Omit<TrafficLimits, "maxMessageBytes">;

/**
 * Creates a window in which nothing has passed. In no stretch of `windowMs` do more messages or bytes pass than
 * in one second are allowed, but for a message that has more bytes by itself: it passes alone.
 *
 * @param rates What may pass in a second.
 * @param options Clock, and how the second is counted.
 */
export function createTrafficWindow(
  { messagesPerSecond, bytesPerSecond }: Rates,
  { now, windowMs = 1000, evenly = false }: TrafficWindowOptions,
): TrafficWindow {
  const gapMs = evenly ? windowMs / messagesPerSecond : 0;
  let passed: { at: number; bytes: number }[] = [];

  function recent(): typeof passed {
    const since = now() - windowMs;
    if ((passed[0]?.at ?? Infinity) <= since) passed = passed.filter(({ at }) => at > since);
    return passed;
  }

  /** When so many bytes have room: once enough of what has passed is forgotten. */
  function roomAt(bytes: number): number {
    let used = recent().reduce((sum, entry) => sum + entry.bytes, 0);
    let at = 0;
    for (const entry of passed) {
      if (used + bytes <= bytesPerSecond) break;
      used -= entry.bytes;
      at = entry.at + windowMs;
    }
    return at;
  }

  return {
    waitMs(bytes) {
      const byBytes = roomAt(bytes);
      const byCount = passed.at(-messagesPerSecond)?.at ?? -Infinity;
      const byGap = passed.at(-1)?.at ?? -Infinity;
      return Math.max(0, Math.max(byBytes, byCount + windowMs, byGap + gapMs) - now());
    },
    room: () => recent().reduce((left, entry) => left - entry.bytes, bytesPerSecond),
    count(bytes) {
      recent().push({ at: now(), bytes });
    },
  };
}

/**
 * Creates the door for what a client sends. It counts what it admits and nothing else, so that who waits as
 * told gets through.
 */
export function createAdmission(traffic: Rates | undefined, now: () => number): Admit {
  if (!traffic) return () => undefined;
  const window = createTrafficWindow(traffic, { now });
  return (bytes) => {
    const waitMs = window.waitMs(bytes);
    if (waitMs > 0) return Math.ceil(waitMs);
    window.count(bytes);
    return undefined;
  };
}
