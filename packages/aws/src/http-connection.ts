import { HttpFailure } from "./http-failure.ts";
import { createResponseReader, type HttpResponse } from "./http-response.ts";
import { type HttpTarget, openSocket, type TlsSessions } from "./http-socket.ts";

/** Who waits for a response. */
interface Exchange {
  resolve(response: HttpResponse): void;
  reject(failure: HttpFailure): void;
}

/** Told when a connection can carry the next request, or none any more; each before its exchange settles. */
export interface ConnectionListener {
  idle(connection: HttpConnection): void;
  closed(connection: HttpConnection): void;
}

/** One connection that carries one request at a time, never two: no pipelining. */
export interface HttpConnection {
  /** Sends a whole request, one character a byte. The connection MUST be new or idle. */
  send(request: string, exchange: Exchange): void;
  /** Lets the process end in spite of this connection. */
  rest(): void;
  /** Keeps the process alive again. */
  wake(): void;
  /** Breaks the connection; the exchange under way is rejected with `failure`. */
  destroy(failure: HttpFailure): void;
}

/**
 * Opens a connection. Nothing is written before the server's certificate is verified.
 *
 * @param target Where to.
 * @param listener Told what becomes of it.
 * @param sessions Keeps a TLS session for the next connection.
 */
export function openHttpConnection(
  target: HttpTarget,
  listener: ConnectionListener,
  sessions: TlsSessions,
): HttpConnection {
  const reader = createResponseReader();
  let exchange: Exchange | undefined;
  let waiting: string | undefined; // the first request, until the connection is there
  let connected = false;
  let served = 0;
  let closed = false;

  function close(failure: HttpFailure): void {
    if (closed) return;
    closed = true;
    const under = exchange;
    exchange = undefined;
    socket.destroy();
    listener.closed(connection);
    under?.reject(failure);
  }

  function lose(message: string, cause?: unknown): void {
    const stale = served > 0 && !reader.begun;
    close(new HttpFailure(message, { kind: "lost", stale, cause }));
  }

  function answer(response: HttpResponse): void {
    const answered = exchange;
    exchange = undefined;
    served++;
    // An answer that overtook its request leaves half a request behind.
    if (response.keepAlive && socket.writableLength === 0) {
      listener.idle(connection);
    } else {
      close(new HttpFailure("the connection is used up", { kind: "lost" }));
    }
    answered?.resolve(response);
  }

  function take(read: () => HttpResponse | undefined): void {
    if (closed) return;
    try {
      if (!exchange)
        throw new HttpFailure("the server spoke without being asked", { kind: "protocol" });
      const response = read();
      if (response) answer(response);
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      close(error);
    }
  }

  const socket = openSocket(target, sessions, (text) => take(() => reader.push(text)));
  socket.on(target.secure ? "secureConnect" : "connect", () => {
    connected = true;
    if (waiting !== undefined) socket.write(waiting, "latin1");
    waiting = undefined;
  });
  socket.on("end", () => {
    if (exchange && reader.begun) take(() => reader.end());
    lose("the server ended the connection");
  });
  socket.on("error", (error) => lose("the connection broke", error));
  socket.on("close", () => lose("the connection was closed"));

  const connection: HttpConnection = {
    send(request, next) {
      exchange = next;
      if (connected) socket.write(request, "latin1");
      else waiting = request;
    },
    rest: () => socket.unref(),
    wake: () => socket.ref(),
    destroy: close,
  };
  return connection;
}
