import { InvalidArgumentError } from "@hubbub/core";
import { isWhole } from "@hubbub/core/adapter";
import { memberPartition, ROOM_SETTINGS, shardOf } from "./dynamo-keys.ts";
import type { DynamoItem, DynamoRequests } from "./dynamo-requests.ts";

/** How many partitions a room's members have: a number for all rooms, or a rule. */
export type Shards = number | ((room: string) => number);

/** Where memberships are. */
export interface DynamoShards {
  /** The shard for a new membership; readers know of it once this resolves. */
  place(room: string, connectionId: string): Promise<number>;
  /** How many shards a room has. */
  count(room: string): Promise<number>;
  /** How many a settings row tells of. */
  countIn(room: string, settings: DynamoItem | undefined): number;
}

/** More would make reading a room slower, not faster. */
const MAX_SHARDS = 1000;
const MAX_ROOMS = 10_000; // Remembered by this process.

/**
 * Refuses a number of shards that is none.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkShards(shards: unknown): void {
  if (typeof shards === "function") return;
  if (Number.isInteger(shards) && Number(shards) >= 1 && Number(shards) <= MAX_SHARDS) return;
  throw new InvalidArgumentError(
    `shards must be a whole number from 1 to ${MAX_SHARDS}, or a function that answers one, got ${String(shards)}`,
  );
}

/** The row with a room's settings, in the partition of its first members. */
const settingsKey = (room: string) => ({ pk: memberPartition(room, 0), sk: ROOM_SETTINGS });

/**
 * Keeps the number of each room's shards in its settings row. It only grows, and before anybody is put
 * into a new shard: who reads the settings first and then all shards that they tell of finds everybody.
 */
export function createDynamoShards(requests: DynamoRequests, wanted: Shards): DynamoShards {
  const confirmed = new Map<string, number>();

  function wantedFor(room: string): number {
    const shards = typeof wanted === "function" ? wanted(room) : wanted;
    checkShards(shards);
    return shards;
  }

  function countIn(room: string, settings: DynamoItem | undefined): number {
    if (!settings) return 1;
    const { shards } = settings;
    if (isWhole(shards, 1) && shards <= MAX_SHARDS) return shards;
    requests.distrust("the settings of a room", settings);
    return wantedFor(room);
  }

  async function raise(room: string, shards: number): Promise<void> {
    if ((confirmed.get(room) ?? 1) >= shards) return;
    await requests.update(settingsKey(room), {
      update: "SET shards = :n",
      // Not met: there are as many, or more, and no more than there can be.
      condition: "attribute_not_exists(shards) OR NOT shards BETWEEN :n AND :most",
      values: { ":n": shards, ":most": MAX_SHARDS },
    });
    confirmed.delete(room);
    confirmed.set(room, shards);
    if (confirmed.size > MAX_ROOMS) confirmed.delete(confirmed.keys().next().value as string);
  }

  return {
    async place(room, connectionId) {
      const shards = wantedFor(room);
      await raise(room, shards);
      return shardOf(connectionId, shards);
    },
    count: async (room) => countIn(room, await requests.get(settingsKey(room))),
    countIn,
  };
}
