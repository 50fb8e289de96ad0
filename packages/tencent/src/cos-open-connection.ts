import type { Clock, Connection } from "@hubbub/core";
import { type CosConnectionRow, type CosVersion, isOpen, openedRow } from "./cos-connection-row.ts";
import {
  type CosMembershipParts,
  memberKeysOf,
  repairMemberships,
  settleMemberships,
} from "./cos-memberships.ts";

/**
 * Opens a connection: two PUTs, one of them for the index by user.
 *
 * @returns False if it was closed before.
 */
export async function openConnection(
  parts: CosMembershipParts & { clock: Pick<Clock, "now"> },
  connection: Connection,
): Promise<boolean> {
  const { requests, keys, chain, clock } = parts;
  const { connectionId, user } = connection;
  const row = openedRow(connection);
  const index = keys.userConnection(user.userId, connectionId);
  // The index is there before the connection is: a kick misses nobody.
  const [, { before, after, changed }] = await Promise.all([
    requests.put(index, row.id === undefined ? "" : JSON.stringify(connectionId)),
    chain.change(
      connectionId,
      (current, version) => {
        if (!current) return row;
        const { rooms } = current.row;
        // Whose lease has ended is in no room: the id may be somebody else's by now.
        const kept = isOpen(current, clock.now())
          ? rooms.map(([room]) => [room, version] as const)
          : [];
        if (current.row.closed || (kept.length === rooms.length && isSame(current, row))) {
          return undefined;
        }
        const dropped = memberKeysOf(parts, connectionId, current);
        return { ...row, rooms: kept, dropped };
      },
      { unborn: true },
    ),
  ]);
  if (!after || after.row.closed) {
    await requests.delete([index]);
    return false;
  }
  const old = before?.row.user?.userId;
  if (old !== undefined && old !== user.userId) {
    await requests.delete([keys.userConnection(old, connectionId)]);
  }
  if (after.row.rooms.length === 0 && !before?.row.rooms.length) return true;
  const newest = changed
    ? await settleMemberships(parts, connectionId, before, after)
    : await repairMemberships(parts, connectionId, after);
  return !newest.row.closed;
}

/** Whether a state has the same user and lease. */
function isSame({ row }: CosVersion, opened: CosConnectionRow): boolean {
  const { id, user, protocol, connectedAt, expiresAt, authExpiresAt } = row;
  const other = { id, user, protocol, connectedAt, expiresAt, authExpiresAt, rooms: [] };
  return JSON.stringify(other) === JSON.stringify(opened);
}
