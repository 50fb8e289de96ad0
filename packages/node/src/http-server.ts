import type { Server } from "node:http";
import { InvalidArgumentError } from "@hubbub/core";

/**
 * Makes a server listen.
 *
 * @throws InvalidArgumentError if the port is taken or not allowed, or the host is not this machine's.
 */
export async function listen(server: Server, port: number, host?: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(explain(error, port, host));
    server.once("error", fail);
    server.listen(host === undefined ? { port } : { port, host }, () => {
      server.off("error", fail);
      resolve();
    });
  });
}

function explain(error: NodeJS.ErrnoException, port: number, host = ""): Error {
  const cause = { cause: error };
  switch (error.code) {
    case "EADDRINUSE":
      return new InvalidArgumentError(
        `port ${port} is in use; choose another with the option port`,
        cause,
      );
    case "EACCES":
      return new InvalidArgumentError(`port ${port} is not allowed; choose one above 1023`, cause);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new InvalidArgumentError(`host ${host} is no address of this machine`, cause);
    default:
      return error;
  }
}

/** Closes a server whose WebSockets have been drained; requests have `graceMs` to be answered. */
export async function closeServer(server: Server, graceMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** The port that a server listens on; 0 while it does not listen. */
export function portOf(server: Server): number {
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}

/** The URL of a WebSocket on a server, as seen from this machine. */
export function webSocketUrl(server: Server, path: string): string {
  const address = server.address();
  const known = address !== null && typeof address === "object" ? address : undefined;
  const everywhere = !known || known.address === "::" || known.address === "0.0.0.0";
  const host = everywhere ? "127.0.0.1" : known.address;
  const scheme = "setSecureContext" in server ? "wss" : "ws";
  return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${known?.port ?? 0}${path}`;
}
