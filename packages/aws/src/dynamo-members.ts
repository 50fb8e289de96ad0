import { type Clock, type ConnectionStore, InvalidArgumentError, type Member } from "@hubbub/core";
import { isTime } from "@hubbub/core/adapter";
import { connectionIdOf, toMember } from "./dynamo-items.ts";
import { memberPartition, ROOM_SETTINGS } from "./dynamo-keys.ts";
import type { DynamoItem, DynamoPage, DynamoRequests } from "./dynamo-requests.ts";
import type { DynamoShards } from "./dynamo-shards.ts";

/** What the reading of rooms needs. */
export interface DynamoMembersParts {
  requests: DynamoRequests;
  shards: DynamoShards;
  clock: Pick<Clock, "now">;
}

/** Where a page begins. */
interface Position {
  /** How many shards the listing reads; 0 until its first page has told. */
  shards: number;
  shard: number;
  /** The sort key after which it begins: compared, so its row may be gone. */
  after: string;
}

const CURSOR = /^(\d{1,4})\/(\d{1,4})\/((?:[\w.!~*'()-]|%[0-9A-F]{2})*)$/;

/** Creates the two operations that read a room, each with strongly consistent queries only. */
export function createDynamoMembers(
  parts: DynamoMembersParts,
): Pick<ConnectionStore, "members" | "count"> {
  const { requests, shards, clock } = parts;
  return {
    async members(room, { cursor, limit }) {
      const position = cursor === undefined ? { shards: 0, shard: 0, after: "" } : parse(cursor);
      const page = await queryMembers(requests, room, position, limit);
      const settings = page.items.find(({ sk }) => sk === ROOM_SETTINGS);
      const all = position.shards || shards.countIn(room, settings);
      const rows = page.items.filter((item) => item !== settings);
      return {
        ...sort(requests, rows.slice(0, limit), clock.now()),
        cursor: next({ ...position, shards: all }, rows, limit, page.last),
      };
    },

    async count(room) {
      const all = await shards.count(room);
      const counts = Array.from({ length: all }, (_, shard) =>
        countShard(requests, memberPartition(room, shard), clock.now()),
      );
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    },
  };
}

/** Tells members from those whose lease has ended; what is neither is passed over. */
function sort(requests: DynamoRequests, rows: readonly DynamoItem[], now: number) {
  const members: Member[] = [];
  const expired: string[] = [];
  for (const row of rows) {
    const { leaseEnd } = row;
    const live = isTime(leaseEnd) && leaseEnd > now;
    const member = live ? toMember(row) : undefined;
    const dead = isTime(leaseEnd) && !live ? connectionIdOf(row, String(row.sk)) : undefined;
    if (member) members.push(member);
    else if (dead !== undefined) expired.push(dead);
    else requests.distrust("a member of a room", row);
  }
  return { members, expired };
}

/** One row more than is wanted, so that a full page at the end is known to be the last. */
function queryMembers(
  requests: DynamoRequests,
  room: string,
  { shards, shard, after }: Position,
  limit: number,
): Promise<DynamoPage> {
  const pk = memberPartition(room, shard);
  const more = shards === 0 ? 2 : 1; // The first page may bring the settings as well.
  return requests.query({
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": pk },
    ConsistentRead: true,
    Limit: limit + more,
    ...(after && { ExclusiveStartKey: { pk, sk: after } }),
  });
}

/** The cursor of the page that follows; undefined if none does. */
function next(
  { shards, shard }: Position,
  rows: readonly DynamoItem[],
  limit: number,
  last: DynamoItem | undefined,
): string | undefined {
  // 1 MB may have been read before the limit was reached.
  const end = rows.length > limit ? rows[limit - 1] : last;
  if (end) return `${shards}/${shard}/${encodeURIComponent(String(end.sk))}`; // A key of ours stays as it is.
  return shard + 1 < shards ? `${shards}/${shard + 1}/` : undefined;
}

function parse(cursor: string): Position {
  const [, shards, shard, after = ""] = CURSOR.exec(cursor) ?? [];
  if (shards === undefined) throw new InvalidArgumentError("cursor must be one that members gave");
  return { shards: Number(shards), shard: Number(shard), after: decode(after) };
}

function decode(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch (cause) {
    throw new InvalidArgumentError("cursor must be one that members gave", { cause });
  }
}

async function countShard(requests: DynamoRequests, pk: string, now: number): Promise<number> {
  let count = 0;
  let ExclusiveStartKey: DynamoItem | undefined;
  do {
    const page = await requests.query({
      Select: "COUNT",
      KeyConditionExpression: "pk = :pk",
      FilterExpression: "leaseEnd > :now",
      ExpressionAttributeValues: { ":pk": pk, ":now": now },
      ConsistentRead: true,
      ...(ExclusiveStartKey && { ExclusiveStartKey }),
    });
    count += page.count;
    ExclusiveStartKey = page.last;
  } while (ExclusiveStartKey);
  return count;
}
