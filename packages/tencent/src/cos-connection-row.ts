import type { Connection, ConnectionProtocol, User } from "@hubbub/core";
import { idOf, keyOf } from "./cos-keys.ts";

/** A connection's state, as it is stored: JSON comes back to the byte. */
export interface CosConnectionRow {
  /** The connection id, where the key has only its hash. */
  readonly id?: string | undefined;
  /** Absent for a connection that was closed before it was opened. */
  readonly user?: User | undefined;
  readonly protocol?: ConnectionProtocol | undefined;
  readonly connectedAt?: number | undefined;
  readonly expiresAt: number;
  readonly authExpiresAt?: number | undefined;
  /** The rooms, and the version of the state that put the member's key. */
  readonly rooms: readonly (readonly [room: string, placedAt: number])[];
  readonly closed?: boolean | undefined;
  /** Members' keys that this version has made void; an earlier deletion may have failed. */
  readonly dropped?: readonly string[] | undefined;
}

/** One version of a connection's state. Versions are never rewritten. */
export interface CosVersion {
  /** 1, 2, 3, … */
  readonly version: number;
  readonly row: CosConnectionRow;
}

/** The state of a connection that is opened, in no room. */
export function openedRow(connection: Connection): CosConnectionRow {
  const { connectionId, user, protocol, connectedAt, expiresAt, authExpiresAt } = connection;
  return {
    ...idInRow(connectionId),
    ...{ user, protocol, connectedAt, expiresAt },
    ...(authExpiresAt !== undefined && { authExpiresAt }),
    rooms: [],
  };
}

/** The state of a connection that was closed before it was opened. */
export function tombstoneRow(connectionId: string): CosConnectionRow {
  return { ...idInRow(connectionId), expiresAt: 0, rooms: [], closed: true };
}

/** The id as it stands in a state. */
export function idInRow(connectionId: string): { id?: string } {
  return idOf(keyOf(connectionId)) === undefined ? { id: connectionId } : {};
}

/** Whether a connection is open at a time. */
export function isOpen(found: CosVersion | undefined, nowMs: number): found is CosVersion {
  return found !== undefined && !found.row.closed && found.row.expiresAt > nowMs;
}

/** The connection of a state, as a copy; undefined for one that was never opened. */
export function toConnection(row: CosConnectionRow, connectionId: string): Connection | undefined {
  const { user, protocol, connectedAt, expiresAt, authExpiresAt, rooms } = row;
  if (!user || !protocol || connectedAt === undefined) return undefined;
  return {
    connectionId,
    user: JSON.parse(JSON.stringify(user)),
    ...{ protocol, rooms: rooms.map(([room]) => room), connectedAt, expiresAt },
    ...(authExpiresAt !== undefined && { authExpiresAt }),
  };
}
