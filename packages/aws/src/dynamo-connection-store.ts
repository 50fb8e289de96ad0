import { type Connection, type ConnectionStore, InvalidArgumentError } from "@hubbub/core";
import { USER_INDEX } from "./chat-table.ts";
import { checkDynamoOptions, type DynamoOptions } from "./dynamo-client.ts";
import { createDynamoConnectionRows, type DynamoConnectionRows } from "./dynamo-connection-rows.ts";
import { connectionIdOf, isOpen } from "./dynamo-items.ts";
import { type DynamoKey, keyOf, memberKey, nameInKey, shardOf } from "./dynamo-keys.ts";
import { createDynamoMembers } from "./dynamo-members.ts";
import { createDynamoMemberships, type DynamoMemberships } from "./dynamo-memberships.ts";
import { createDynamoRequests, type DynamoItem, type DynamoRequests } from "./dynamo-requests.ts";
import {
  checkShards,
  createDynamoShards,
  type DynamoShards,
  type Shards,
} from "./dynamo-shards.ts";

/** Options of {@link createDynamoConnectionStore}. */
export interface DynamoConnectionStoreOptions extends DynamoOptions {
  /** A number in [0, 1). (Default: `Math.random`) */
  random?: (() => number) | undefined;
  /**
   * Partitions of a room's members: one takes 1,000 joins a second. A room's number never shrinks, and
   * every listing reads each of them. (Default: 1)
   */
  shards?: Shards | undefined;
  /** How long a closed id is remembered, in milliseconds. (Default: 24 hours) */
  tombstoneMs?: number | undefined;
}

/** What the operations share. */
interface Parts {
  requests: DynamoRequests;
  rows: DynamoConnectionRows;
  memberships: DynamoMemberships;
  shards: DynamoShards;
  now: () => number;
  random: () => number;
  tombstoneMs: number;
}

const DAY_MS = 24 * 60 * 60 * 1000; // The longest that a platform repeats an event is 6 hours.

/**
 * Creates a connection store in the DynamoDB table of {@link chatTable}. It never scans and has no
 * transactions; all reads are strongly consistent but one: `connectionsOf` asks the index by user, which
 * may learn of a new connection a moment late.
 *
 * @param options Client, table, clock.
 * @returns A store whose methods reject with `UnavailableError` when DynamoDB does not answer.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createDynamoConnectionStore(
  options: DynamoConnectionStoreOptions,
): ConnectionStore {
  checkDynamoOptions(options);
  const { clock, random = Math.random, shards: wanted = 1, tombstoneMs = DAY_MS } = options;
  checkShards(wanted);
  if (!(tombstoneMs >= 0 && tombstoneMs < Infinity)) {
    throw new InvalidArgumentError(`tombstoneMs must be at least 0, got ${String(tombstoneMs)}`);
  }
  const now = () => clock.now();
  const requests = createDynamoRequests({ ...options, random });
  const shards = createDynamoShards(requests, wanted);
  const rows = createDynamoConnectionRows(requests, now);
  const memberships = createDynamoMemberships(requests);
  const parts: Parts = { requests, rows, memberships, shards, now, random, tombstoneMs };

  return {
    ...createDynamoMembers({ requests, shards, clock }),

    async open(connection) {
      const change = await rows.open(connection);
      if (!change) return false;
      const { row, lapsed } = change;
      if (lapsed) await removeOlder(parts, lapsed.shards, connection.connectionId, row.version);
      else await memberships.renew(row);
      return true;
    },

    async get(connectionId) {
      const row = await rows.read(connectionId);
      return row && isOpen(row, now()) ? row.connection : undefined;
    },

    close: (connectionId) => close(parts, connectionId),
    join: (connectionId, room) => join(parts, connectionId, room),
    leave: (connectionId, room) => leave(parts, connectionId, room),

    async touch(connectionId, expiresAt) {
      const row = await rows.extend(connectionId, expiresAt);
      if (row) {
        await memberships.renew(row);
        return true;
      }
      const longer = await rows.read(connectionId);
      return longer !== undefined && isOpen(longer, now());
    },

    connectionsOf: (userId) => connectionsOf(parts, userId),
  };
}

async function close(parts: Parts, connectionId: string): Promise<Connection | undefined> {
  const { rows, memberships, now, random, tombstoneMs } = parts;
  const by = `${random().toString(36).slice(2)}${random().toString(36).slice(2)}`;
  const buried = await rows.bury(connectionId, by, now() + tombstoneMs);
  // Closed before: perhaps by this very call, whose answer was lost, and perhaps not to the end.
  const row = buried.done ? buried.row : await rows.read(connectionId);
  if (!row) return undefined;
  await memberships.removeAll(row);
  return buried.done || row.closedBy === by ? row.connection : undefined;
}

async function join(parts: Parts, connectionId: string, room: string): Promise<boolean> {
  const { rows, memberships, shards } = parts;
  const row = await rows.enter(connectionId, room, await shards.place(room, connectionId));
  if (!row) return false;
  await memberships.put(row, room);
  // Who changed the row meanwhile may have found no membership yet to change with it.
  const after = await rows.read(connectionId);
  const open = after !== undefined && after.closedBy === undefined;
  const shard = row.shards.get(room) ?? 0;
  if (!open || after.shards.get(room) !== shard) {
    const version = after?.version ?? Number.MAX_SAFE_INTEGER;
    await memberships.remove(memberKey(room, shard, connectionId), version);
  } else if (after.version !== row.version) {
    await memberships.renew(after);
  }
  return open;
}

async function leave(parts: Parts, connectionId: string, room: string): Promise<boolean> {
  const { rows, memberships, shards, now } = parts;
  const old = await rows.exit(connectionId, room);
  if (old) {
    const key = memberKey(room, old.shards.get(room) ?? 0, connectionId);
    await memberships.remove(key, old.version);
    return old.connection.expiresAt > now();
  }
  // An earlier leave may have died between its two writes; it took with it in which shard it was.
  const row = await rows.read(connectionId);
  if (!row || row.closedBy !== undefined || row.shards.has(room)) return false;
  const all = await shards.count(room);
  const tried = new Set(
    Array.from({ length: all }, (_, index) => shardOf(connectionId, index + 1)),
  );
  for (const shard of tried) {
    await memberships.remove(memberKey(room, shard, connectionId), row.version);
  }
  return false;
}

/** Deletes the memberships that a connection had when its lease ended. */
async function removeOlder(
  { memberships }: Parts,
  shards: ReadonlyMap<string, number>,
  connectionId: string,
  version: number,
): Promise<void> {
  await Promise.all(
    [...shards].map(([room, shard]) =>
      memberships.remove(memberKey(room, shard, connectionId), version),
    ),
  );
}

/** The index only proposes: what it says is checked, strongly consistent, against the rows. */
async function connectionsOf({ requests, now }: Parts, userId: string): Promise<string[]> {
  const usr = keyOf(userId);
  const keys: DynamoKey[] = [];
  let ExclusiveStartKey: DynamoItem | undefined;
  do {
    const page = await requests.query({
      IndexName: USER_INDEX,
      KeyConditionExpression: "usr = :usr",
      ExpressionAttributeValues: { ":usr": usr },
      ...(ExclusiveStartKey && { ExclusiveStartKey }),
    });
    keys.push(...page.items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })));
    ExclusiveStartKey = page.last;
  } while (ExclusiveStartKey);
  const items = await requests.getAll(keys, ["pk", "id", "usr", "leaseEnd", "gone"]);
  return items
    .filter((item) => item.usr === usr && Number(item.leaseEnd) > now())
    .map((item) => connectionIdOf(item, nameInKey(String(item.pk))))
    .filter((id) => id !== undefined);
}
