import { connect as connectTcp, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";

/** Where a connection goes to. */
export interface HttpTarget {
  readonly hostname: string;
  readonly port: number;
  /** TLS; the certificate is always verified. */
  readonly secure: boolean;
  /** Certificates to trust instead of Node's. */
  readonly ca?: string | Buffer | undefined;
}

/** The last TLS session, which makes the next handshake cheaper. */
export interface TlsSessions {
  last?: Buffer | undefined;
}

const READ_BYTES = 4096; // An answer of the gateway has a few hundred.

/**
 * Opens a socket that hands on what it reads without a stream in between.
 *
 * @param target Where to.
 * @param sessions Gives a TLS session, and keeps it for the next connection.
 * @param read Called with what was read, one character a byte.
 */
export function openSocket(
  { hostname, port, secure, ca }: HttpTarget,
  sessions: TlsSessions,
  read: (text: string) => void,
): Socket {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  const onread = {
    buffer,
    callback(length: number) {
      read(buffer.toString("latin1", 0, length));
      return true;
    },
  };
  if (!secure) return connectTcp({ host: hostname, port, onread, noDelay: true });
  const options: ConnectionOptions & { onread: typeof onread } = {
    host: hostname,
    port,
    onread,
    rejectUnauthorized: true, // whatever NODE_TLS_REJECT_UNAUTHORIZED says
    ALPNProtocols: ["http/1.1"],
  };
  if (isIP(hostname) === 0) options.servername = hostname;
  if (ca !== undefined) options.ca = ca;
  if (sessions.last) options.session = sessions.last;
  const socket = connectTls(options).setNoDelay(true);
  socket.on("session", (session) => {
    if (socket.authorized) sessions.last = session;
  });
  socket.on("error", () => {
    sessions.last = undefined;
  });
  return socket;
}
