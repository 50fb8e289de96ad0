import type { WebSocket } from "ws";
import type { LocalClock } from "../../shared/local-clock.ts";

/**
 * Pings a client until it leaves a ping unanswered; whatever it sends is an answer.
 *
 * @param intervalMs How often, in milliseconds; 0 for never.
 * @param onSilent Called once if the client is gone.
 * @returns Stops it.
 */
export function keepAlive(
  ws: WebSocket,
  clock: LocalClock,
  intervalMs: number,
  onSilent: () => void,
): () => void {
  if (intervalMs === 0) return () => undefined;
  let heard = true;
  const hear = () => {
    heard = true;
  };
  ws.on("pong", hear);
  ws.on("message", hear);
  let cancel = clock.setTimer(intervalMs, function check() {
    if (!heard) return onSilent();
    heard = false;
    ws.ping();
    cancel = clock.setTimer(intervalMs, check);
  });
  return () => cancel();
}
