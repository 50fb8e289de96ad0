import type { Connection, ConnectionStore, Member, User } from "./connection-store.ts";
import { addId, type OrderedIds, removeId } from "./ordered-ids.ts";
import type { Clock, Meter } from "./ports.ts";
import { createTombstones } from "./tombstones.ts";

/** Options of {@link createMemoryConnectionStore}. */
export interface MemoryConnectionStoreOptions {
  /** The clock that leases are measured by. */
  clock: Pick<Clock, "now">;
  /** Counts what would be requests to a backend. (Default: nobody counts) */
  meter?: Meter | undefined;
  /**
   * How long a closed id is remembered, in milliseconds: longer than an event about it may be repeated.
   * (Default: 24 hours, more than any function platform needs)
   */
  tombstoneMs?: number;
}

interface Row extends Pick<Connection, "connectedAt" | "authExpiresAt"> {
  /** Makes a copy for each reader: what a caller or a reader holds can't change it. */
  copyUser: () => User;
  member: Member;
  rooms: Set<string>;
  expiresAt: number;
}

const DAY_MS = 24 * 60 * 60 * 1000; // The longest that a platform repeats an event is 6 hours.

/** The rows, and the two ways to find them. */
interface Tables {
  rows: Map<string, Row>;
  rooms: Map<string, OrderedIds>;
  users: Map<string, OrderedIds>;
  live(connectionId: string): Row | undefined;
}

/**
 * Creates an empty connection store in this process's memory. It is lost when the process ends.
 *
 * @param options Clock and meter.
 * @returns A store that never rejects.
 */
export function createMemoryConnectionStore(
  options: MemoryConnectionStoreOptions,
): ConnectionStore {
  const { clock, meter, tombstoneMs = DAY_MS } = options;
  const rows: Tables["rows"] = new Map();
  const live: Tables["live"] = (connectionId) => {
    const row = rows.get(connectionId);
    return row && row.expiresAt > clock.now() ? row : undefined;
  };
  const tables: Tables = { rows, live, rooms: new Map(), users: new Map() };
  const { rooms } = tables;
  const tombstones = createTombstones(clock, tombstoneMs);

  return {
    ...createQueries(tables, meter),

    async open(connection) {
      meter?.count("write");
      if (tombstones.has(connection.connectionId)) return false;
      insert(tables, connection);
      return true;
    },

    async close(connectionId) {
      const row = rows.get(connectionId);
      meter?.count("write", 1 + (row?.rooms.size ?? 0));
      tombstones.add(connectionId);
      if (!row) return undefined;
      take(tables, row);
      return toConnection(row);
    },

    async join(connectionId, room) {
      meter?.count("write", 2);
      const row = live(connectionId);
      if (!row) return false;
      row.rooms.add(room);
      addId(rooms, room, connectionId);
      return true;
    },

    async leave(connectionId, room) {
      meter?.count("write", 2);
      const row = rows.get(connectionId);
      if (!row?.rooms.delete(room)) return false;
      removeId(rooms, room, connectionId);
      return row.expiresAt > clock.now();
    },

    async touch(connectionId, expiresAt) {
      const row = live(connectionId);
      meter?.count("write", 1 + (row?.rooms.size ?? 0));
      if (!row) return false;
      row.expiresAt = Math.max(row.expiresAt, expiresAt);
      return true;
    },
  };
}

/** The operations that change nothing. */
function createQueries(
  { rooms, users, live }: Tables,
  meter: Meter | undefined,
): Pick<ConnectionStore, "get" | "members" | "connectionsOf" | "count"> {
  return {
    async get(connectionId) {
      meter?.count("read");
      const row = live(connectionId);
      return row && toConnection(row);
    },

    async members(room, { cursor, limit }) {
      meter?.count("list");
      const page = rooms.get(room)?.page(cursor, limit);
      const members: Member[] = [];
      const expired: string[] = [];
      for (const connectionId of page?.ids ?? []) {
        const row = live(connectionId);
        if (row) members.push(row.member);
        else expired.push(connectionId);
      }
      return { members, expired, cursor: page?.cursor };
    },

    async connectionsOf(userId) {
      meter?.count("list");
      return [...(users.get(userId)?.ids() ?? [])].filter(live);
    },

    async count(room) {
      meter?.count("read");
      let count = 0;
      for (const connectionId of rooms.get(room)?.ids() ?? []) if (live(connectionId)) count++;
      return count;
    },
  };
}

/** Stores a connection; one that is stored again keeps its rooms, unless its lease has ended. */
function insert(tables: Tables, connection: Connection): void {
  const { rows, rooms, users, live } = tables;
  const { connectionId } = connection;
  const known = rows.get(connectionId);
  const former = live(connectionId);
  // Whoever opens it again may be somebody else: memberships that ended do not come back.
  if (known && !former) take(tables, known);
  if (former) removeId(users, former.member.userId, connectionId);
  const row = createRow(connection, former ? former.rooms : new Set(connection.rooms));
  rows.set(connectionId, row);
  addId(users, row.member.userId, connectionId);
  for (const room of row.rooms) addId(rooms, room, connectionId);
}

function take({ rows, rooms, users }: Tables, { member, rooms: joined }: Row): void {
  const { connectionId, userId } = member;
  rows.delete(connectionId);
  removeId(users, userId, connectionId);
  for (const room of joined) removeId(rooms, room, connectionId);
}

function createRow(connection: Connection, rooms: Set<string>): Row {
  const { connectionId, user, protocol, connectedAt, expiresAt, authExpiresAt } = connection;
  const member: Member = Object.freeze({
    connectionId,
    userId: user.userId,
    ...(user.name === undefined ? {} : { name: user.name }),
    protocol,
  });
  const copyUser = copierOf(user);
  return { copyUser, member, rooms, connectedAt, expiresAt, authExpiresAt };
}

/** Each message reads its connection: a user without objects inside is copied without parsing. */
function copierOf(user: User): () => User {
  const json = JSON.stringify(user);
  const own: User = JSON.parse(json);
  const isFlat = Object.values(own).every((value) => typeof value !== "object");
  return isFlat ? () => ({ ...own }) : () => JSON.parse(json);
}

function toConnection(row: Row): Connection {
  const { member, connectedAt, expiresAt, authExpiresAt } = row;
  const { connectionId, protocol } = member;
  const user = row.copyUser();
  const rooms = [...row.rooms];
  return { connectionId, user, protocol, rooms, connectedAt, expiresAt, authExpiresAt };
}
