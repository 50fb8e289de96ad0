import type { Clock, Pusher } from "@hubbub/core";

const BURST_MS = 100;

/**
 * Creates a pusher that sends at most so many messages a second, evenly; what comes sooner waits.
 *
 * @param pusher What sends.
 * @param perSecond Messages a second; a tenth of a second's share may leave at once.
 * @param clock The clock.
 */
export function limitRate(pusher: Pusher, perSecond: number, clock: Clock): Pusher {
  const intervalMs = 1000 / perSecond;
  let nextAt = -Infinity;

  return {
    ...pusher,
    async send(connectionId, text) {
      const now = clock.now();
      nextAt = Math.max(nextAt, now - BURST_MS) + intervalMs;
      if (nextAt > now) await clock.sleep(nextAt - now);
      return pusher.send(connectionId, text);
    },
  };
}
