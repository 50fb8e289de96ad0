import type { ConnectionStore } from "@hubbub/core";
import { checkTimeout } from "./check-options.ts";
import type { TableClientLike } from "./table-client.ts";
import {
  isOpen,
  type OpenedRow,
  readConnection,
  replaceRow,
  type TableStoreParts,
  untilSettled,
} from "./table-connection-rows.ts";
import {
  createConnectionMethods,
  createTableStoreParts,
  type TableConnectionStoreOptions,
} from "./table-connection-store.ts";
import { createWebPubSubMembers } from "./web-pubsub-members.ts";
import {
  createWebPubSubMemberships,
  type WebPubSubMemberships,
  type WebPubSubServiceLike,
} from "./web-pubsub-memberships.ts";

/** Options of {@link createWebPubSubConnectionStore}. */
export interface WebPubSubConnectionStoreOptions extends TableConnectionStoreOptions {
  /** How long a request to the service may take, the SDK's retries included, in whole milliseconds, at most 2,147,483,647. (Default: 5,000) */
  serviceTimeoutMs?: number | undefined;
}

/** What the operations share. */
interface Parts extends TableStoreParts {
  memberships: WebPubSubMemberships;
}

/**
 * Creates a connection store whose memberships are the service's own groups; the table has one row for
 * each connection, with its user, lease and rooms, and none for its memberships. The service knows no
 * names and no leases, so reading the members of a room costs a read of the table for each of them: for
 * rooms that nobody lists. Otherwise take `createTableConnectionStore`.
 *
 * @param service A `WebPubSubServiceClient` of the hub.
 * @param client A `TableClient` of `@azure/data-tables`; its table must be there.
 * @param options Clock, randomness, time-outs.
 * @returns A store whose methods reject with `UnavailableError` when the table or the service does not
 * answer, and with `InvalidArgumentError` when the service refuses the key.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createWebPubSubConnectionStore(
  service: WebPubSubServiceLike,
  client: TableClientLike,
  options: WebPubSubConnectionStoreOptions,
): ConnectionStore {
  const { serviceTimeoutMs: timeoutMs = 5000, meter, logger } = options;
  checkTimeout("serviceTimeoutMs", timeoutMs);
  const memberships = createWebPubSubMemberships(service, { timeoutMs, meter, logger });
  const parts = { ...createTableStoreParts(client, options, () => memberships), memberships };
  return {
    ...createConnectionMethods(parts),
    ...createWebPubSubMembers(parts),
    join: (connectionId, room) => joinGroup(parts, connectionId, room),
    leave: (connectionId, room) => leaveGroup(parts, connectionId, room),
  };
}

/**
 * Makes a connection a member: into the group, then into its row if that is still what was read. A leave
 * does the same the other way round, so whoever's row is written last has also touched the group last.
 */
async function joinGroup(parts: Parts, connectionId: string, room: string): Promise<boolean> {
  const by = parts.nextWriter();
  let added: OpenedRow | undefined;
  const undo = async () => {
    if (added) await parts.memberships.remove(added.connection.protocol, room, connectionId);
  };
  try {
    return await untilSettled(parts, async () => {
      const row = await readConnection(parts, connectionId);
      if (row?.by === by) return true; // Its answer was lost.
      if (!isOpen(row, parts.clock.now())) {
        await undo();
        return false;
      }
      added = row;
      await parts.memberships.add(row.connection.protocol, room, connectionId);
      const { rooms } = row.connection;
      const change = { rooms: rooms.includes(room) ? rooms : [...rooms, room] };
      return (await replaceRow(parts, row, change, by)).done || undefined;
    });
  } catch (error) {
    // The row decides: a connection that is only in the group is no member, but is pushed to.
    await undoIfUnlisted(parts, connectionId, room, undo);
    throw error;
  }
}

async function undoIfUnlisted(
  parts: Parts,
  connectionId: string,
  room: string,
  undo: () => Promise<void>,
): Promise<void> {
  try {
    const row = await readConnection(parts, connectionId);
    const isListed = row?.connection?.rooms.includes(room) && !row.closed;
    if (!isListed) await undo();
  } catch (error) {
    parts.warn("a membership that was not finished ends with its connection", error);
  }
}

/** Ends a membership: out of the group, then out of the row. True if there was one. */
async function leaveGroup(parts: Parts, connectionId: string, room: string): Promise<boolean> {
  let tried: { by: string; wasMember: boolean } | undefined;
  return untilSettled(parts, async () => {
    const row = await readConnection(parts, connectionId);
    if (tried && row?.by === tried.by) return tried.wasMember; // Its answer was lost.
    if (!row?.connection || row.closed) return false; // Whoever closed it has emptied the groups.
    const opened: OpenedRow = { ...row, connection: row.connection };
    const { rooms, protocol } = opened.connection;
    await parts.memberships.remove(protocol, room, connectionId);
    // Even where it does not name the room, the row is changed: a join on its way then begins again.
    const wasMember = rooms.includes(room) && isOpen(row, parts.clock.now());
    tried = { by: parts.nextWriter(), wasMember };
    const change = { rooms: rooms.filter((name) => name !== room) };
    const written = await replaceRow(parts, opened, change, tried.by);
    return written.done ? tried.wasMember : undefined;
  });
}
