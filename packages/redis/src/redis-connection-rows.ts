import type { Connection, Member } from "@hubbub/core";
import { decodeKey } from "@hubbub/core/keys";

/** A connection as the fields of its row. */
export interface RedisConnectionFields {
  readonly connection: string;
  readonly user: string;
  readonly member: string;
}

/** Writes what a row holds, as JSON text: what a caller or a reader holds can't change it. */
export function toFields(opened: Connection): RedisConnectionFields {
  const { user, rooms: _rooms, expiresAt: _expiresAt, ...connection } = opened;
  const { connectionId, protocol } = opened;
  const member: Member = { connectionId, userId: user.userId, name: user.name, protocol };
  return {
    connection: JSON.stringify(connection),
    user: JSON.stringify(user),
    member: JSON.stringify(member),
  };
}

/** Reads a row, as fields and values in turn or as an object; undefined if there is none. */
export function toConnection(reply: unknown): Connection | undefined {
  const row = toMap(reply);
  const [connection, user, expires] = [row.get("c"), row.get("u"), row.get("e")];
  if (connection === undefined || user === undefined) return undefined;
  const rooms = [...row.keys()].filter((field) => field.startsWith("r:"));
  return {
    ...JSON.parse(connection),
    user: JSON.parse(user),
    rooms: rooms.map((field) => decodeKey(field.slice(2))),
    expiresAt: Number(expires),
  };
}

function toMap(reply: unknown): Map<string, string> {
  if (!Array.isArray(reply)) return new Map(Object.entries(reply ?? {}));
  const row = new Map<string, string>();
  for (let index = 0; index + 1 < reply.length; index += 2) {
    row.set(String(reply[index]), String(reply[index + 1]));
  }
  return row;
}
