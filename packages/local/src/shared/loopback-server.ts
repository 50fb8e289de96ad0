import type { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { InvalidArgumentError } from "@hubbub/core";

/** A certificate and its key, in PEM. */
export interface TlsOptions {
  key: string | Buffer;
  cert: string | Buffer;
}

/** Where to listen, and what to answer. */
export interface LoopbackServerOptions {
  /** 0 takes a free one. */
  port: number;
  tls: TlsOptions | undefined;
  onRequest: (request: IncomingMessage, response: ServerResponse) => void;
}

/** A server that this machine alone can reach. */
export interface LoopbackServer {
  readonly server: Server;
  readonly port: number;
  /** Destroys every socket, those of WebSockets included, and stops listening. */
  close(): Promise<void>;
}

/** The only address that the servers of this package listen on. */
export const LOOPBACK = "127.0.0.1";

const KEEP_ALIVE_MS = 120_000; // Longer than clients keep an idle socket, so that none loses the race.

/**
 * Starts a server on 127.0.0.1.
 *
 * @throws InvalidArgumentError if the port is taken or not allowed, or key and certificate are unusable.
 */
export async function startLoopbackServer(options: LoopbackServerOptions): Promise<LoopbackServer> {
  const server = createFor(options);
  const sockets = new Set<Socket>();
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(new InvalidArgumentError(`port ${options.port} cannot be used`, { cause })),
    );
    server.listen(options.port, LOOPBACK, resolve);
  });
  const address = server.address();
  return {
    server,
    port: address !== null && typeof address === "object" ? address.port : options.port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function createFor({ tls, onRequest }: LoopbackServerOptions): Server {
  if (!tls) return createServer(onRequest);
  try {
    return createTlsServer({ key: tls.key, cert: tls.cert }, onRequest);
  } catch (cause) {
    throw new InvalidArgumentError("tls must have a key and its cert, in PEM", { cause });
  }
}
