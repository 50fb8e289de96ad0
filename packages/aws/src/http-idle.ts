import type { Clock } from "@hubbub/core";
import type { HttpConnection } from "./http-connection.ts";
import { HttpFailure } from "./http-failure.ts";

/** The connections that wait for a request. */
export interface IdleConnections {
  add(connection: HttpConnection): void;
  /**
   * The one that was used last, unless that was too long ago or not after `usedAfter`, in milliseconds
   * since the Unix epoch: then all are closed.
   */
  take(usedAfter: number): HttpConnection | undefined;
  /** Forgets one that is closed; without effect on others. */
  remove(connection: HttpConnection): void;
  /** Lets the process end in spite of them, unless others are at work: then it costs time for nothing. */
  rest(busy: number): void;
  closeAll(): void;
  readonly size: number;
}

/**
 * Creates an empty stack of connections.
 *
 * @param idleMs For how long a connection may be idle, in milliseconds.
 * @param clock Tells how long it was.
 */
export function createIdleConnections(idleMs: number, clock: Clock): IdleConnections {
  const idle: { connection: HttpConnection; since: number; resting: boolean }[] = [];

  function closeAll(): void {
    for (const { connection } of idle.splice(0)) {
      connection.destroy(new HttpFailure("idle for too long", { kind: "lost" }));
    }
  }

  return {
    add: (connection) => idle.push({ connection, since: clock.now(), resting: false }),
    take(usedAfter) {
      const last = idle.at(-1);
      if (!last) return undefined;
      const young = clock.now() - last.since <= idleMs;
      if (!young || last.since <= usedAfter) {
        closeAll(); // The others have been idle for even longer.
        return undefined;
      }
      idle.pop();
      if (last.resting) last.connection.wake();
      return last.connection;
    },
    remove(connection) {
      const index = idle.findIndex((entry) => entry.connection === connection);
      if (index >= 0) idle.splice(index, 1);
    },
    rest(busy) {
      if (busy > 0) return;
      for (const entry of idle) {
        if (!entry.resting) entry.connection.rest();
        entry.resting = true;
      }
    },
    closeAll,
    get size() {
      return idle.length;
    },
  };
}
