import { type ConnectionStore, InvalidArgumentError, type Member } from "@hubbub/core";
import { encodeKey } from "@hubbub/core/keys";
import { idOf, toMember } from "./redis-connection-rows.ts";
import { mending, type RedisStoreParts } from "./redis-store-mending.ts";
import { MEMBERS } from "./redis-store-scripts.ts";

const FIRST = "0"; // Before every place.
const CURSOR = /^(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|inf)$/; // A score as Redis writes it.

/** The operations of a store on the members of a room, or the connections of a user. */
export function createRedisMembers(
  parts: RedisStoreParts,
): Pick<ConnectionStore, "members" | "connectionsOf" | "count"> {
  const { requests, distrust, base, now } = parts;

  function readMembers(found: readonly string[], key: string): Member[] {
    const members: Member[] = [];
    for (const text of found) {
      const end = text.lastIndexOf("\n"); // A foreign key may have one, too.
      const who = text.slice(0, end);
      const member = toMember(text.slice(end + 1));
      if (member && encodeKey(member.connectionId) === who) members.push(member);
      else distrust("the row of a connection", who, { key });
    }
    return members;
  }

  /** The ids among keys. What is none can't be closed, so it is taken out of the room's list. */
  async function readExpired(keys: readonly string[], room: string): Promise<string[]> {
    const list = `${base}x:${room}`;
    const foreign = keys.filter((key) => idOf(key) === undefined);
    if (foreign.length > 0) await requests.command("write", "ZREM", list, ...foreign);
    for (const key of foreign) distrust("the row of a connection", key, { key: list });
    return keys.flatMap((key) => idOf(key) ?? []);
  }

  return {
    async members(room, { cursor = FIRST, limit }) {
      if (!CURSOR.test(cursor)) {
        throw new InvalidArgumentError("cursor must be one that members gave");
      }
      const key = encodeKey(room);
      const order = `${base}o:${key}`;
      const args = [base, now(), key, cursor, Math.max(1, Math.floor(limit))];
      const page = await mending(parts, { room: key }, () =>
        requests.run("list", MEMBERS, [order], args),
      );
      const [members, expired, next] = page as [string[], string[], string];
      return {
        members: readMembers(members, order),
        expired: await readExpired(expired, key),
        ...(next !== "" && { cursor: next }),
      };
    },

    async connectionsOf(userId) {
      const user = encodeKey(userId);
      const list = `${base}u:${user}`;
      const keys = await mending(parts, { user }, () =>
        requests.command("list", "ZRANGEBYSCORE", list, `(${now()}`, "+inf"),
      );
      return (keys as string[]).flatMap((key) => {
        const id = idOf(key);
        if (id === undefined) distrust("the list of a user's connections", `${list} ${key}`);
        return id ?? [];
      });
    },

    async count(room) {
      const key = encodeKey(room);
      const count = await mending(parts, { room: key }, () =>
        requests.command("read", "ZCOUNT", `${base}x:${key}`, `(${now()}`, "+inf"),
      );
      return Number(count);
    },
  };
}
