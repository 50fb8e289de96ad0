import { type ConnectionStore, InvalidArgumentError } from "@hubbub/core";
import { checkTableOptions, type TableClientLike, type TableOptions } from "./table-client.ts";
import { closeConnection } from "./table-close.ts";
import { CONNECTION_BUCKETS, connectionOfUserRow, userRows } from "./table-connection-keys.ts";
import {
  isOpen,
  type Memberships,
  readConnection,
  readRow,
  type TableStoreParts,
} from "./table-connection-rows.ts";
import { joinRoom } from "./table-join.ts";
import type { TableKey } from "./table-keys.ts";
import { leaveRoom } from "./table-leave.ts";
import { createTableMembers } from "./table-members.ts";
import { createTableMemberships } from "./table-memberships.ts";
import { openConnection, touchConnection } from "./table-open.ts";
import { createTableRequests, type TableRequests } from "./table-requests.ts";
import { createWriterNames } from "./table-writers.ts";

/** Options of {@link createTableConnectionStore}. */
export interface TableConnectionStoreOptions extends TableOptions {
  /** How long a closed id is remembered, in milliseconds. (Default: 24 hours) */
  tombstoneMs?: number | undefined;
}

const DAY_MS = 24 * 60 * 60 * 1000; // The longest that a platform repeats an event is 6 hours.

/**
 * Creates a connection store in a table of Azure Table Storage. Every read is strongly consistent, none
 * lists more than a partition. Table Storage expires nothing, so each sixteenth `close` also deletes
 * up to 32 connections that are long dead.
 *
 * @param client A `TableClient` of `@azure/data-tables`; its table must be there.
 * @param options Clock, randomness, time-out.
 * @returns A store whose methods reject with `UnavailableError` when Table Storage does not answer.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createTableConnectionStore(
  client: TableClientLike,
  options: TableConnectionStoreOptions,
): ConnectionStore {
  const parts = createTableStoreParts(client, options, createTableMemberships);
  return {
    ...createConnectionMethods(parts),
    ...createTableMembers(parts),
    join: (connectionId, room) => joinRoom(parts, connectionId, room),
    leave: (connectionId, room) => leaveRoom(parts, connectionId, room),
  };
}

/** Creates the operations that are the same wherever memberships are. */
export function createConnectionMethods(
  parts: TableStoreParts,
): Omit<ConnectionStore, "join" | "leave" | "members" | "count"> {
  return {
    open: (connection) => openConnection(parts, connection),
    async get(connectionId) {
      const row = await readConnection(parts, connectionId);
      return isOpen(row, parts.clock.now()) ? row.connection : undefined;
    },
    close: (connectionId) => closeConnection(parts, connectionId),
    touch: (connectionId, expiresAt) => touchConnection(parts, connectionId, expiresAt),
    connectionsOf: (userId) => connectionsOf(parts, userId),
  };
}

/** Checks the options, and fills in what is left out. */
export function createTableStoreParts(
  client: TableClientLike,
  options: TableConnectionStoreOptions,
  createMemberships: (requests: TableRequests) => Memberships,
): TableStoreParts {
  checkTableOptions(client, options);
  const { clock, random = Math.random, tombstoneMs = DAY_MS, logger } = options;
  if (!(tombstoneMs >= 0 && tombstoneMs < Infinity)) {
    throw new InvalidArgumentError(`tombstoneMs must be at least 0, got ${String(tombstoneMs)}`);
  }
  const requests = createTableRequests(client, options);
  return {
    ...{ requests, memberships: createMemberships(requests) },
    ...{ clock, random, tombstoneMs },
    nextWriter: createWriterNames(random),
    warn: (message, error) => logger?.warn(message, { error }),
  };
}

const AT_ONCE = 16;

/** Every bucket tells its rows of the user; the rows of the connections say which of them are open. */
async function connectionsOf(parts: TableStoreParts, userId: string): Promise<string[]> {
  const { requests, clock } = parts;
  const found = await Promise.all(
    CONNECTION_BUCKETS.map(async (bucket) => {
      const keys: TableKey[] = [];
      let next: string | undefined;
      do {
        const filter = userRows(bucket, userId);
        const page = await requests.list({ filter, select: [], limit: 1000, next });
        keys.push(...page.rows.map((key) => connectionOfUserRow(key, userId)));
        next = page.next;
      } while (next !== undefined);
      return keys;
    }),
  );
  const keys = found.flat();
  const ids: string[] = [];
  for (let start = 0; start < keys.length; start += AT_ONCE) {
    const lot = keys.slice(start, start + AT_ONCE);
    for (const row of await Promise.all(lot.map((key) => readRow(requests, key)))) {
      const isTheirs = isOpen(row, clock.now()) && row.connection.user.userId === userId;
      if (isTheirs) ids.push(row.connection.connectionId);
    }
  }
  return ids;
}
