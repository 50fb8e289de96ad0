import type { TrafficBound } from "./invocation.ts";

/** What the platform lets through on one connection, in each direction. */
export interface WebFunctionTraffic {
  /** WebSocket messages in a second, on average; as many may come at once. */
  messagesPerSecond: number;
  /** Bytes in a second, on average; as many may come at once. */
  bytesPerSecond: number;
  /** Bytes of one message. */
  maxMessageBytes: number;
}

/**
 * Creates the watch over one direction of a connection.
 *
 * @param traffic What is let through.
 * @param now Current time, in milliseconds.
 * @returns Takes the next message's length; answers the bound that it breaks.
 */
export function createTrafficWatch(
  traffic: WebFunctionTraffic,
  now: () => number,
): (bytes: number) => TrafficBound | undefined {
  const { messagesPerSecond, bytesPerSecond, maxMessageBytes } = traffic;
  const messages = createBucket(messagesPerSecond, now);
  const bytes = createBucket(bytesPerSecond, now);
  return (length) => {
    if (length > maxMessageBytes) return "maxMessageBytes";
    if (!messages(1)) return "messagesPerSecond";
    return bytes(length) ? undefined : "bytesPerSecond";
  };
}

/** A bucket that holds a second's worth. What is more than that by itself leaves a debt. */
function createBucket(perSecond: number, now: () => number): (amount: number) => boolean {
  let left = perSecond;
  let at = now();
  return (amount) => {
    const time = now();
    left = Math.min(perSecond, left + (Math.max(0, time - at) / 1000) * perSecond);
    at = time;
    if (left < Math.min(amount, perSecond)) return false;
    left -= amount;
    return true;
  };
}
