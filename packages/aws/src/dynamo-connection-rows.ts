import { type Connection, UnavailableError } from "@hubbub/core";
import {
  type ConnectionRow,
  connectionItem,
  isOpen,
  newConnectionItem,
  roomInRow,
  toConnectionRow,
  ttlOf,
} from "./dynamo-items.ts";
import { connectionKey } from "./dynamo-keys.ts";
import type { DynamoItem, DynamoRequests, DynamoWritten } from "./dynamo-requests.ts";

/** What became of a connection's row. */
interface RowChange {
  readonly row: ConnectionRow;
  /** The row before, if what it had must be cleared away. */
  readonly lapsed?: ConnectionRow | undefined;
}

/**
 * The rows of connections. Each operation is one conditional write, so that whatever happens to one
 * connection at once has one order.
 */
export interface DynamoConnectionRows {
  read(connectionId: string): Promise<ConnectionRow | undefined>;
  /** Undefined: it was closed before. */
  open(connection: Connection): Promise<RowChange | undefined>;
  /** Undefined: it is not open. */
  enter(connectionId: string, room: string, shard: number): Promise<ConnectionRow | undefined>;
  /** The row as it was; undefined: it was not in the room. */
  exit(connectionId: string, room: string): Promise<ConnectionRow | undefined>;
  /** Undefined: it is not open, or its lease is longer already. */
  extend(connectionId: string, expiresAt: number): Promise<ConnectionRow | undefined>;
  /** Makes a tombstone of it, which keeps what it had, and answers the row as it was. False: it was closed before. */
  bury(
    connectionId: string,
    by: string,
    untilMs: number,
  ): Promise<{ done: boolean; row: ConnectionRow | undefined }>;
}

const MAX_TRIES = 8; // Each is lost to another change of the same connection.
const OPEN = "leaseEnd > :now AND attribute_not_exists(gone)";

/** Creates the operations on connection rows. */
export function createDynamoConnectionRows(
  requests: DynamoRequests,
  now: () => number,
): DynamoConnectionRows {
  const rowOf = (item: DynamoItem | undefined) => readRow(requests, item);
  const rowAfter = (written: DynamoWritten) => (written.done ? rowOf(written.item) : undefined);
  const read = async (connectionId: string) =>
    rowOf(await requests.get(connectionKey(connectionId)));

  return {
    read,

    open: (connection) => open(requests, connection, now),

    async enter(connectionId, room, shard) {
      const { key, value } = roomInRow(room, shard);
      const written = await requests.update(connectionKey(connectionId), {
        // Who is in the room already stays in his shard.
        update: "SET rooms.#room = if_not_exists(rooms.#room, :place) ADD v :one",
        condition: OPEN,
        names: { "#room": key },
        values: { ":place": value, ":one": 1, ":now": now() },
        returns: "ALL_NEW",
      });
      return rowAfter(written);
    },

    async exit(connectionId, room) {
      const written = await requests.update(connectionKey(connectionId), {
        update: "REMOVE rooms.#room ADD v :one",
        condition: "attribute_exists(rooms.#room) AND attribute_not_exists(gone)",
        names: { "#room": roomInRow(room, 0).key },
        values: { ":one": 1 },
        returns: "ALL_OLD",
      });
      return rowAfter(written);
    },

    async extend(connectionId, expiresAt) {
      const written = await requests.update(connectionKey(connectionId), {
        update: "SET leaseEnd = :end, #ttl = :ttl ADD v :one",
        condition: `${OPEN} AND leaseEnd <= :end`,
        names: { "#ttl": "ttl" },
        values: { ":end": expiresAt, ":ttl": ttlOf(expiresAt), ":one": 1, ":now": now() },
        returns: "ALL_NEW",
      });
      return rowAfter(written);
    },

    async bury(connectionId, by, untilMs) {
      const written = await requests.update(connectionKey(connectionId), {
        update: "SET gone = :by, #ttl = :ttl REMOVE usr", // Without `usr` it leaves the index.
        condition: "attribute_not_exists(gone)",
        names: { "#ttl": "ttl" },
        values: { ":by": by, ":ttl": Math.ceil(untilMs / 1000) },
        returns: "ALL_OLD",
      });
      return { done: written.done, row: rowAfter(written) };
    },
  };
}

async function open(
  requests: DynamoRequests,
  connection: Connection,
  now: () => number,
): Promise<RowChange | undefined> {
  const key = connectionKey(connection.connectionId);
  const item = newConnectionItem(connection, now());
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const put = await requests.put(item, { condition: "attribute_not_exists(pk)" });
    if (put.done) {
      const row = readRow(requests, item);
      return row && { row };
    }
    const found = await requests.get(key);
    if (!found) continue; // Deleted meanwhile: it was long dead.
    const old = readRow(requests, found);
    if (!old || old.closedBy !== undefined) return undefined;
    const again = await reopen(requests, connection, old, now());
    if (again) return again;
  }
  throw new UnavailableError("the connection changed each time that it was opened again");
}

/** Gives a row that is there the new user and lease; undefined if it changed meanwhile. */
async function reopen(
  requests: DynamoRequests,
  connection: Connection,
  old: ConnectionRow,
  now: number,
): Promise<RowChange | undefined> {
  const live = isOpen(old, now);
  const attributes = Object.entries(connectionItem(connection));
  const sets = attributes.map(([name]) => `#${name} = :${name}`);
  if (!live) sets.push("rooms = :none"); // It may be somebody else's by now.
  const drop = connection.authExpiresAt === undefined ? " REMOVE authEnd" : "";
  const written = await requests.update(connectionKey(connection.connectionId), {
    update: `SET ${sets.join(", ")}${drop} ADD v :one`,
    condition: live ? OPEN : "v = :seen AND attribute_not_exists(gone)",
    names: Object.fromEntries(attributes.map(([name]) => [`#${name}`, name])),
    values: {
      ...Object.fromEntries(attributes.map(([name, value]) => [`:${name}`, value])),
      ":one": 1,
      ...(live ? { ":now": now } : { ":seen": old.version, ":none": {} }),
    },
    returns: "ALL_NEW",
  });
  const row = written.done ? readRow(requests, written.item) : undefined;
  return row && { row, lapsed: live ? undefined : old };
}

/** Reads a row, and warns of one that can't be read: it counts as closed, and a closed id never comes back. */
function readRow(
  requests: DynamoRequests,
  item: DynamoItem | undefined,
): ConnectionRow | undefined {
  const row = item && toConnectionRow(item);
  const isTombstone = item?.gone !== undefined && item.who === undefined; // Of one that never was.
  if (item && !row && !isTombstone) requests.distrust("the row of a connection", item);
  return row;
}
