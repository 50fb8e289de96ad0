import type { Clock } from "@hubbub/core";
import { type HttpConnection, openHttpConnection } from "./http-connection.ts";
import { HttpFailure } from "./http-failure.ts";
import { createIdleConnections } from "./http-idle.ts";
import type { HttpResponse } from "./http-response.ts";
import type { HttpTarget, TlsSessions } from "./http-socket.ts";

/** Options of {@link createHttpPool}. */
export interface HttpPoolOptions {
  readonly target: HttpTarget;
  /** Connections at once; more requests wait. */
  readonly maxSockets: number;
  /** A connection that has been idle for longer is not used again, in milliseconds. */
  readonly idleMs: number;
  readonly clock: Clock;
}

/** How a request is made. */
interface HttpRequestOptions {
  /** When it is given up, in milliseconds since the Unix epoch, at the next tick of the clock. */
  readonly deadlineAt: number;
  /**
   * Only on a connection that is new or has answered after this time, in milliseconds since the Unix
   * epoch: past all that may be dead. (Default: on any)
   */
  readonly usedAfter?: number;
}

/** A bounded number of kept-alive connections to one server, opened when they are needed. */
export interface HttpPool {
  /**
   * Sends a whole request, one character a byte, and waits for the response.
   *
   * @throws HttpFailure if there is none.
   */
  request(request: string, options: HttpRequestOptions): Promise<HttpResponse>;
  /** Closes every connection; what is under way and what comes later is rejected. */
  destroy(): void;
  /** How many connections are open, idle ones too. */
  readonly open: number;
}

interface Job {
  readonly request: string;
  readonly deadlineAt: number;
  readonly usedAfter: number;
  resolve(response: HttpResponse): void;
  reject(failure: HttpFailure): void;
}

const TICK_MS = 100; // One timer for all: one for each request costs more than its signature.

/** Creates a pool without connections. */
export function createHttpPool(options: HttpPoolOptions): HttpPool {
  const { target, maxSockets, idleMs, clock } = options;
  const idle = createIdleConnections(idleMs, clock);
  const busy = new Map<HttpConnection, Job>();
  const waiting = new Set<Job>();
  const sessions: TlsSessions = {};
  let ticking = false;
  let destroyed = false;

  function start(connection: HttpConnection, job: Job): void {
    busy.set(connection, job);
    connection.send(job.request, job);
  }

  function serveNext(connection?: HttpConnection): boolean {
    for (const job of waiting) {
      waiting.delete(job);
      start(connection ?? openConnection(), job);
      return true;
    }
    return false;
  }

  function openConnection(): HttpConnection {
    const listener = {
      idle(connection: HttpConnection) {
        busy.delete(connection);
        if (!serveNext(connection)) idle.add(connection);
        idle.rest(busy.size);
      },
      closed(connection: HttpConnection) {
        idle.remove(connection);
        if (busy.delete(connection) && !destroyed) serveNext();
        idle.rest(busy.size);
      },
    };
    return openHttpConnection(target, listener, sessions);
  }

  function dispatch(job: Job): void {
    const connection = idle.take(job.usedAfter);
    if (connection) start(connection, job);
    else if (busy.size < maxSockets) start(openConnection(), job);
    else waiting.add(job);
  }

  async function tick(): Promise<void> {
    ticking = true;
    try {
      while (busy.size + waiting.size > 0) {
        await clock.sleep(TICK_MS);
        expire(clock.now(), busy, waiting);
      }
    } finally {
      ticking = false;
    }
  }

  return {
    request(request, { deadlineAt, usedAfter = 0 }) {
      return new Promise((resolve, reject) => {
        if (destroyed) return reject(poolDestroyed());
        dispatch({ request, deadlineAt, usedAfter, resolve, reject });
        if (!ticking) tick().catch(reject);
      });
    },
    destroy() {
      destroyed = true;
      const failure = poolDestroyed();
      for (const job of waiting) job.reject(failure);
      waiting.clear();
      for (const connection of [...busy.keys()]) connection.destroy(failure);
      idle.closeAll();
    },
    get open() {
      return busy.size + idle.size;
    },
  };
}

function poolDestroyed(): HttpFailure {
  return new HttpFailure("the pool is destroyed", { kind: "destroyed" });
}

function expire(now: number, busy: ReadonlyMap<HttpConnection, Job>, waiting: Set<Job>): void {
  for (const job of waiting) {
    if (job.deadlineAt > now) continue;
    waiting.delete(job);
    job.reject(new HttpFailure("no connection became free in time", { kind: "timeout" }));
  }
  for (const [connection, job] of busy) {
    if (job.deadlineAt > now) continue;
    connection.destroy(new HttpFailure("no response in time", { kind: "timeout" }));
  }
}
