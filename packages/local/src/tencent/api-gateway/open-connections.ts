import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { TencentGatewayCounts } from "./gateway-counts.ts";
import type { ResolvedTencentGatewayOptions } from "./resolve-gateway-options.ts";

/** A client whose handshake is done. */
export interface OpenConnection {
  readonly id: string;
  readonly ws: WebSocket;
  readonly socket: Duplex;
  /** When the client last sent something, in milliseconds since the Unix epoch. */
  lastSentAt: number;
}

/** The connections whose handshake is done. */
export interface OpenConnections {
  add(id: string, ws: WebSocket, socket: Duplex): OpenConnection;
  get(id: string): OpenConnection | undefined;
  ids(): string[];
  /** Notes that the client has sent something. */
  touch(connection: OpenConnection): void;
  /** Ends a connection with a close frame; does nothing for one that has ended. */
  close(connection: OpenConnection): void;
  /** Ends a connection with a FIN and no close frame; does nothing for one that has ended. */
  cut(connection: OpenConnection): void;
  /** True if a connection ended by itself; false if it had ended before. */
  ended(connection: OpenConnection): boolean;
  /** Forgets all connections and their timers. */
  clear(): void;
}

/** Creates an empty registry, which disconnects clients that are silent for `serviceTimeoutMs`. */
export function createOpenConnections(
  settings: Pick<ResolvedTencentGatewayOptions, "clock" | "serviceTimeoutMs">,
  counts: TencentGatewayCounts,
): OpenConnections {
  const { clock, serviceTimeoutMs } = settings;
  const open = new Map<string, { connection: OpenConnection; stopTimer: () => void }>();

  function ended({ id }: OpenConnection): boolean {
    open.get(id)?.stopTimer();
    return open.delete(id);
  }

  function close(connection: OpenConnection): void {
    if (ended(connection)) connection.ws.close(1000);
  }

  /** One timer follows the last message instead of one for each. */
  function startTimer(connection: OpenConnection): () => void {
    let stop: () => void;
    const check = () => {
      const left = connection.lastSentAt + serviceTimeoutMs - clock.now();
      if (left > 0) {
        stop = clock.setTimer(left, check);
        return;
      }
      counts.idle += 1;
      close(connection);
    };
    stop = clock.setTimer(serviceTimeoutMs, check);
    return () => stop();
  }

  return {
    add(id, ws, socket) {
      const connection = { id, ws, socket, lastSentAt: clock.now() };
      open.set(id, { connection, stopTimer: startTimer(connection) });
      return connection;
    },
    get: (id) => open.get(id)?.connection,
    ids: () => [...open.keys()],
    touch(connection) {
      connection.lastSentAt = clock.now();
    },
    close,
    cut(connection) {
      if (!ended(connection)) return;
      counts.cuts += 1;
      connection.socket.end();
    },
    ended,
    clear() {
      for (const { stopTimer } of open.values()) stopTimer();
      open.clear();
    },
  };
}
