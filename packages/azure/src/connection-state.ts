import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { Clock, Connection, User } from "@hubbub/core";
import { isConnection } from "@hubbub/core/adapter";

/** A connection as the service carried it. */
export interface CarriedConnection {
  readonly connection: Connection;
  /** When the store last confirmed it, in milliseconds since the Unix epoch. */
  readonly confirmedAt: number;
}

/** Writes what a message has to know of its connection into a header, and reads it back. */
export interface ConnectionState {
  /** A header's value; one that says nothing if the connection does not fit. */
  write(connectionId: string, carried: CarriedConnection | undefined): string;
  /** Undefined if it is not ours, not of this connection and hub, or no longer to be relied on. */
  read(connectionId: string, header: string | null): CarriedConnection | undefined;
}

/** What the state depends on. */
export interface ConnectionStateOptions {
  /** The first signs, all are accepted. */
  readonly secrets: readonly string[];
  readonly hub: string;
  /** How long the store's word counts, in milliseconds. */
  readonly ttlMs: number;
  readonly clock: Clock;
}

/** Says that nothing is known; it takes the place of a state that no longer holds. */
export const NO_STATE = "-";

const MAX_CHARS = 4000; // What the service carries is not documented; many servers end a header at some KB.
const MAC_CHARS = 43;

type Row = [
  version: 1,
  confirmedAt: number,
  protocol: Connection["protocol"],
  rooms: readonly string[],
  connectedAt: number,
  expiresAt: number,
  authExpiresAt: number | null,
  user: User,
];

/**
 * Creates the codec. The state is signed, not encrypted, for this connection of this hub alone: nobody
 * who is not the handler can make one, but whoever sees events can read it.
 */
export function createConnectionState(options: ConnectionStateOptions): ConnectionState {
  const { ttlMs, clock } = options;
  const hub = options.hub.toLowerCase();
  const keys = options.secrets.map((secret) =>
    Buffer.from(hkdfSync("sha256", secret, "", "hubbub connection state 1", 32)),
  );
  const mac = (key: Buffer, connectionId: string, payload: string) =>
    createHmac("sha256", key).update(`${hub}\n${connectionId}\n${payload}`).digest("base64url");

  return {
    write(connectionId, carried) {
      const [key] = keys;
      if (!carried || !key) return NO_STATE;
      const { protocol, rooms, connectedAt, expiresAt, authExpiresAt, user } = carried.connection;
      const rest = [connectedAt, expiresAt, authExpiresAt ?? null, user] as const;
      const row: Row = [1, carried.confirmedAt, protocol, rooms, ...rest];
      const payload = Buffer.from(JSON.stringify(row)).toString("base64url");
      if (payload.length + 1 + MAC_CHARS > MAX_CHARS) return NO_STATE;
      return `${payload}.${mac(key, connectionId, payload)}`;
    },

    read(connectionId, header) {
      if (header === null || header.length > MAX_CHARS) return undefined;
      const dot = header.length - MAC_CHARS - 1;
      if (dot < 1 || header[dot] !== ".") return undefined;
      const payload = header.slice(0, dot);
      const given = Buffer.from(header.slice(dot + 1));
      const isOurs = keys.some((key) => isEqual(given, mac(key, connectionId, payload)));
      if (!isOurs) return undefined;
      const carried = readPayload(connectionId, payload);
      if (!carried) return undefined;
      const { connection, confirmedAt } = carried;
      const now = clock.now();
      return connection.expiresAt <= now || confirmedAt + ttlMs <= now ? undefined : carried;
    },
  };
}

/** Another version of the handler, with the same secret, may have written something else. */
function readPayload(connectionId: string, payload: string): CarriedConnection | undefined {
  let row: unknown;
  try {
    row = JSON.parse(Buffer.from(payload, "base64url").toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(row)) return undefined;
  const [version, confirmedAt, protocol, rooms, connectedAt, expiresAt, until, user] =
    row as unknown[];
  const authExpiresAt = until ?? undefined;
  const connection = { connectionId, user, protocol, rooms, connectedAt, expiresAt, authExpiresAt };
  if (version !== 1 || typeof confirmedAt !== "number" || !isConnection(connection)) {
    return undefined;
  }
  return { connection, confirmedAt };
}

function isEqual(given: Buffer, expected: string): boolean {
  const bytes = Buffer.from(expected);
  return given.length === bytes.length && timingSafeEqual(given, bytes);
}
