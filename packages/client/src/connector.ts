import { backoffMs } from "./backoff.ts";
import { onReady } from "./client-frames.ts";
import type { ClientEnding, ClientState } from "./client-types.ts";
import { createConnection, type Ended } from "./connection.ts";
import { type Context, connectionsOf } from "./context.ts";
import { HubbubClientError, type HubbubClientErrorCode } from "./errors.ts";
import { depart } from "./room-sync.ts";

/** The close codes after which there is nothing to come back to. */
const FINAL: Record<number, HubbubClientErrorCode | undefined> = {
  4400: "bad_frame",
  4401: "unauthenticated",
  4403: "kicked",
};

const isBusy = (c: Context) => c.next || c.asking || c.state === "closed";

/** Opens a connection, unless that is going on. */
export async function connect(c: Context): Promise<void> {
  if (isBusy(c)) return;
  const asking = {};
  const failed = (cause?: unknown) => {
    if (c.asking !== asking) return;
    c.asking = undefined;
    const details = { retryable: true, cause };
    c.events.emit("error", new HubbubClientError("unavailable", undefined, details));
    retry(c);
  };
  c.asking = asking;
  c.cancel();
  c.cancel = c.setTimer(c.connectTimeoutMs, failed);
  try {
    const { url, token } = await c.target();
    if (c.asking !== asking) return;
    c.next = createConnection(c, url, token, (ending) => onEnded(c, ending));
    c.asking = undefined;
    c.cancel();
  } catch (cause) {
    failed(cause);
  }
}

/** Connects after a while, to replace the connection or because there is none. */
export function connectLater(c: Context, ms: number): void {
  if (isBusy(c)) return;
  c.cancel();
  c.cancel = c.setTimer(ms, () => void connect(c));
}

function retry(c: Context): void {
  if (!c.current) connectLater(c, backoffMs(c.failures++, c));
}

/** Takes the next connection into use if it is ready. */
export function settle(c: Context): void {
  const { current: old, next } = c;
  if (!next?.welcome || (old && next.joining.size)) return;
  c.current = next;
  c.next = undefined;
  c.cancel();
  const { maxAgeMs } = next.welcome;
  if (maxAgeMs) connectLater(c, maxAgeMs * (0.67 + 0.28 * c.random()));
  setState(c, "open");
  onReady(c, next);
  old?.retire();
}

function onEnded(c: Context, ended: Ended): void {
  const { connection } = ended;
  if (connection === c.next) {
    c.next = undefined;
    if (!c.current) onLost(c, ended); // Else a rotation failed: the old connection runs out.
  } else if (connection === c.current) {
    c.current = undefined;
    c.cancel();
    onLost(c, ended);
  }
}

function onLost(c: Context, { code, reason = "", error, connection }: Ended): void {
  const name = FINAL[code] ?? (connection.final && "connection_closed");
  if (name && (code !== 4401 || c.renewed || !c.renewable)) {
    close(c, { code, reason, error: error ?? new HubbubClientError(name, reason || name) });
    return;
  }
  c.renewed ||= code === 4401;
  if (code === 4429) c.failures += 4;
  settle(c);
  if (!c.current && c.state === "open") setState(c, "resuming");
  retry(c);
}

function setState(c: Context, state: ClientState): void {
  if (c.state === state) return;
  c.state = state;
  c.events.emit("state", state);
}

/** Ends for good: whoever waits is told. */
export function close(c: Context, ending: ClientEnding): void {
  const { error } = ending;
  const connections = connectionsOf(c);
  if (c.state === "closed") return;
  c.cancel();
  c.asking = undefined;
  c.current = undefined;
  c.next = undefined;
  setState(c, "closed");
  if (error) c.events.emit("error", error);
  const closed = new HubbubClientError("closed", undefined, { cause: error });
  for (const r of [...c.rooms.values()]) depart(r, "closed", closed);
  c.end(ending);
  for (const connection of connections) connection.end(1000);
}
