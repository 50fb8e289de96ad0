import type { ConnectionStore } from "@hubbub/core";

/** A store whose rooms can be listed by parts. */
export interface FanOutParts {
  /** The store; `members` also takes the cursors of parts, and stays in the part. */
  readonly store: ConnectionStore;
  /** Where each part of a room begins: every member who is there throughout is in exactly one. */
  parts(room: string): Promise<readonly (string | undefined)[]>;
}

const PART = "part:";
/** Shards, shard and key, as the cursors of the DynamoDB store are written. */
const CURSOR = /^(\d+)\/(\d+)\//;

/**
 * Makes every shard of a room in DynamoDB a part of its own, for workers that share a fan-out.
 *
 * @param store What `createDynamoConnectionStore` returned.
 */
export function createFanOutParts(store: ConnectionStore): FanOutParts {
  return {
    store: {
      ...store,
      async members(room, { cursor, limit }) {
        if (!cursor?.startsWith(PART)) return store.members(room, { cursor, limit });
        const inner = cursor.slice(PART.length);
        const page = await store.members(room, { cursor: inner, limit });
        const { cursor: next } = page;
        const stays = next !== undefined && shardIn(next) === shardIn(inner);
        return { ...page, cursor: stays ? PART + next : undefined };
      },
    },
    async parts(room) {
      // The cursor of any page tells how many shards there are; without one the room has one row at most.
      const { cursor } = await store.members(room, { limit: 1 });
      const shards = Number(CURSOR.exec(cursor ?? "")?.[1] ?? 1);
      if (shards === 1) return [undefined];
      return Array.from({ length: shards }, (_, shard) => `${PART}${shards}/${shard}/`);
    },
  };
}

function shardIn(cursor: string): string | undefined {
  return CURSOR.exec(cursor)?.[2];
}
