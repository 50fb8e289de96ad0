import type { ConnectionRow } from "./dynamo-items.ts";
import { memberItem, memberKeysOf } from "./dynamo-items.ts";
import { type DynamoKey, memberKey } from "./dynamo-keys.ts";
import type { DynamoRequests } from "./dynamo-requests.ts";

/**
 * The membership rows of connections. The row of the connection decides who is where: every change of
 * it has a version, and a membership takes only what is newer than what it has. So whatever writes are
 * late, the membership ends up as the connection's row says. Not newer is also what has no version, or none
 * that can be compared.
 */
export interface DynamoMemberships {
  /** Writes the membership of one room, unless a newer one is there. */
  put(row: ConnectionRow, room: string): Promise<void>;
  /** Brings user and lease of the memberships that are there up to the row. */
  renew(row: ConnectionRow): Promise<void>;
  /** Deletes a membership that is not newer than `version`. */
  remove(key: DynamoKey, version: number): Promise<void>;
  /** Deletes all memberships of a connection that is closed. */
  removeAll(row: ConnectionRow): Promise<void>;
}

/** Creates the operations on membership rows. */
export function createDynamoMemberships(requests: DynamoRequests): DynamoMemberships {
  return {
    async put(row, room) {
      const { connectionId } = row.connection;
      const key = memberKey(room, row.shards.get(room) ?? 0, connectionId);
      const item = memberItem(row);
      await requests.put(
        { ...key, ...item },
        { condition: "attribute_not_exists(pk) OR NOT v >= :v", values: { ":v": item.v } },
      );
    },

    async renew(row) {
      const { who, leaseEnd, ttl, v } = memberItem(row);
      await Promise.all(
        memberKeysOf(row).map((key) =>
          requests.update(key, {
            update: "SET who = :who, leaseEnd = :end, #ttl = :ttl, v = :v",
            // A membership that is not there was left meanwhile: it must not come back.
            condition: "attribute_exists(pk) AND NOT v >= :v",
            names: { "#ttl": "ttl" },
            values: { ":who": who, ":end": leaseEnd, ":ttl": ttl, ":v": v },
          }),
        ),
      );
    },

    async remove(key, version) {
      await requests.delete(key, {
        condition: "attribute_not_exists(pk) OR NOT v > :v",
        values: { ":v": version },
      });
    },

    removeAll: (row) => requests.deleteAll(memberKeysOf(row)),
  };
}
