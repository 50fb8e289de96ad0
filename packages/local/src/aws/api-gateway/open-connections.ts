import type { WebSocket } from "ws";
import {
  ENDINGS,
  type Ending,
  type GatewayConnection,
  type OpenConnection,
} from "./gateway-connection.ts";
import type { ResolvedGatewayOptions } from "./resolve-gateway-options.ts";

/** The connections whose handshake is done, and their lifetimes. */
export interface OpenConnections {
  add(connection: GatewayConnection, ws: WebSocket): OpenConnection;
  get(id: string): OpenConnection | undefined;
  ids(): string[];
  /** Notes that something was sent in either direction. */
  touch(connection: OpenConnection): void;
  /** Closes a connection; does nothing for one that has ended. */
  close(connection: OpenConnection, ending: Ending): void;
  /** Notes that a connection has ended by itself; does nothing for one that has ended before. */
  ended(connection: OpenConnection, ending: Ending): void;
  /** Forgets all connections and their timers, and tells nobody. */
  clear(): void;
}

type Settings = Pick<ResolvedGatewayOptions, "clock" | "idleTimeoutMs" | "maxConnectionMs">;

/**
 * Creates an empty registry.
 *
 * @param settings Clock and lifetimes.
 * @param onEnd Called once for every connection that has ended, with how.
 */
export function createOpenConnections(
  settings: Settings,
  onEnd: (connection: OpenConnection, ending: Ending) => void,
): OpenConnections {
  const { clock, idleTimeoutMs, maxConnectionMs } = settings;
  const open = new Map<string, { connection: OpenConnection; stopTimers: () => void }>();

  function ended(connection: OpenConnection, ending: Ending): void {
    const entry = open.get(connection.id);
    if (!entry) return;
    open.delete(connection.id);
    entry.stopTimers();
    onEnd(connection, ending);
  }

  function close(connection: OpenConnection, ending: Ending): void {
    if (!open.has(connection.id)) return;
    connection.ws.close(ending.code, ending.reason);
    ended(connection, ending);
  }

  /** One timer follows the last activity instead of one for each message. */
  function startTimers(connection: OpenConnection): () => void {
    const end = () => close(connection, ENDINGS.goingAway);
    const stopAge = clock.setTimer(maxConnectionMs, end);
    let stopIdle: () => void;
    const check = () => {
      const left = connection.lastActiveAt + idleTimeoutMs - clock.now();
      if (left <= 0) end();
      else stopIdle = clock.setTimer(left, check);
    };
    stopIdle = clock.setTimer(idleTimeoutMs, check);
    return () => {
      stopAge();
      stopIdle();
    };
  }

  return {
    add(arrived, ws) {
      const connection = { ...arrived, ws, lastActiveAt: clock.now() };
      open.set(connection.id, { connection, stopTimers: startTimers(connection) });
      return connection;
    },
    get: (id) => open.get(id)?.connection,
    ids: () => [...open.keys()],
    touch(connection) {
      connection.lastActiveAt = clock.now();
    },
    close,
    ended,
    clear() {
      for (const { stopTimers } of open.values()) stopTimers();
      open.clear();
    },
  };
}
