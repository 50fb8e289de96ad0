import type { Clock, Connection, ConnectionStore } from "@hubbub/core";
import { createCosConnectionChain } from "./cos-connection-chain.ts";
import { type CosConnectionRow, isOpen, toConnection, tombstoneRow } from "./cos-connection-row.ts";
import { createCosKeys } from "./cos-keys.ts";
import { createCosMembers } from "./cos-members.ts";
import {
  type CosMembershipParts,
  memberKeysOf,
  repairMemberships,
  settleMemberships,
} from "./cos-memberships.ts";
import { openConnection } from "./cos-open-connection.ts";
import { type CosLike, type CosOptions, resolveCosOptions } from "./cos-options.ts";
import { createCosRequests } from "./cos-requests.ts";
import { connectionsOfUser } from "./cos-user-connections.ts";
import { createCosVersionSearch } from "./cos-version-search.ts";

/** Options of {@link createCosConnectionStore}. */
export interface CosConnectionStoreOptions extends CosOptions {}

interface Parts extends CosMembershipParts {
  clock: Pick<Clock, "now">;
}

/**
 * Creates a connection store in a bucket of Tencent COS. What a fan-out needs of a member stands in its
 * key, so that a LIST of 1,000 keys tells of 1,000 members.
 *
 * @param cos A client of the official SDK, such as that of {@link createCosClient}.
 * @param options Bucket, region, clock.
 * @returns A store whose methods reject with `UnavailableError` when COS does not answer.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createCosConnectionStore(
  cos: CosLike,
  options: CosConnectionStoreOptions,
): ConnectionStore {
  const resolved = resolveCosOptions(cos, options);
  const { clock, random } = resolved;
  const requests = createCosRequests(cos, resolved);
  const keys = createCosKeys(resolved.prefix);
  const versions = createCosVersionSearch({ requests, keys, clock });
  const chain = createCosConnectionChain({ requests, keys, versions, random });
  const parts: Parts = { requests, keys, chain, clock };

  return {
    ...createCosMembers({ requests, keys, chain, clock }),

    open: (connection) => openConnection(parts, connection),

    async get(connectionId) {
      const found = await chain.latest(connectionId);
      return isOpen(found, clock.now()) ? toConnection(found.row, connectionId) : undefined;
    },

    close: (connectionId) => close(parts, connectionId),
    join: (connectionId, room) => join(parts, connectionId, room),
    leave: (connectionId, room) => leave(parts, connectionId, room),
    touch: (connectionId, expiresAt) => touch(parts, connectionId, expiresAt),
    connectionsOf: (userId) => connectionsOfUser(parts, userId),
  };
}

async function close(parts: Parts, connectionId: string): Promise<Connection | undefined> {
  const { requests, keys, chain } = parts;
  const { before, after, changed } = await chain.change(connectionId, (current) => {
    if (!current) return tombstoneRow(connectionId);
    if (current.row.closed) return undefined;
    return { ...current.row, closed: true };
  });
  if (!after) return undefined;
  // What an earlier close may not have done to its end is done again.
  const { closed: _, ...row } = after.row;
  const { user, dropped = [] } = row;
  await requests.delete([
    ...memberKeysOf(parts, connectionId, { ...after, row }),
    ...dropped,
    ...(user ? [keys.userConnection(user.userId, connectionId)] : []),
  ]);
  return changed && before ? toConnection(before.row, connectionId) : undefined;
}

async function join(parts: Parts, connectionId: string, room: string): Promise<boolean> {
  const { chain, clock } = parts;
  const has = (row: CosConnectionRow) => row.rooms.some(([name]) => name === room);
  const { before, after, changed } = await chain.change(connectionId, (current, version) => {
    if (!isOpen(current, clock.now()) || has(current.row)) return undefined;
    const { dropped: _, ...row } = current.row;
    return { ...row, rooms: [...row.rooms, [room, version] as const] };
  });
  if (!after || (!changed && !isOpen(after, clock.now()))) return false;
  if (changed) {
    const newest = await settleMemberships(parts, connectionId, before, after);
    return !newest.row.closed;
  }
  // An earlier join may have died between its two writes.
  return !(await repairMemberships(parts, connectionId, after)).row.closed;
}

async function leave(parts: Parts, connectionId: string, room: string): Promise<boolean> {
  const { requests, keys, chain, clock } = parts;
  const { before, after, changed } = await chain.change(connectionId, (current) => {
    if (!current || current.row.closed) return undefined;
    const rooms = current.row.rooms.filter(([name]) => name !== room);
    if (rooms.length === current.row.rooms.length) return undefined;
    const all = memberKeysOf(parts, connectionId, current);
    const left = all.filter((key) => key.startsWith(keys.room(room)));
    return { ...current.row, rooms, dropped: [...left, ...(current.row.dropped ?? [])] };
  });
  if (!after || after.row.closed) return false;
  if (!changed) {
    await requests.delete(after.row.dropped ?? []); // An earlier leave may have died before that.
    return false;
  }
  await settleMemberships(parts, connectionId, before, after);
  return after.row.expiresAt > clock.now();
}

async function touch(parts: Parts, connectionId: string, expiresAt: number): Promise<boolean> {
  const { chain, clock } = parts;
  const { before, after, changed } = await chain.change(connectionId, (current, version) => {
    if (!isOpen(current, clock.now()) || current.row.expiresAt >= expiresAt) return undefined;
    const rooms = current.row.rooms.map(([room]) => [room, version] as const);
    const dropped = memberKeysOf(parts, connectionId, current);
    return { ...current.row, rooms, expiresAt, dropped };
  });
  if (!after || !isOpen(after, clock.now())) return false;
  const newest = changed
    ? await settleMemberships(parts, connectionId, before, after)
    : await repairMemberships(parts, connectionId, after); // An earlier touch may have died.
  return !newest.row.closed;
}
