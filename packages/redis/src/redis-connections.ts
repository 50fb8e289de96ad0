import type { Connection, ConnectionStore } from "@hubbub/core";
import { encodeKey } from "@hubbub/core/keys";
import {
  hasRooms,
  isRow,
  type RedisRow,
  rowOfFields,
  rowOfValues,
  toConnection,
  toFields,
} from "./redis-connection-rows.ts";
import type { RedisScript } from "./redis-requests.ts";
import { mending, type RedisStoreParts, type RedisSubject } from "./redis-store-mending.ts";
import { CLOSE, JOIN, LEAVE, OPEN, TOUCH } from "./redis-store-scripts.ts";

/** The operations of a store on one connection. A row that can't be read is that of a closed one. */
export function createRedisConnections(
  parts: RedisStoreParts,
): Pick<ConnectionStore, "open" | "get" | "close" | "join" | "leave" | "touch"> {
  const { requests, distrust, base, now, tombstoneMs } = parts;

  function run(script: RedisScript, subject: ConnectionSubject, ...args: string[]) {
    const { connection: key } = subject;
    const keys = [`${base}c:${key}`];
    return mending(parts, subject, () =>
      requests.run("write", script, keys, [base, now(), key, ...args]),
    );
  }

  /** Reads a row, and warns of one that can't be read. */
  function read(connectionId: string, row: RedisRow): Connection | undefined {
    const key = encodeKey(connectionId);
    const connection = toConnection(connectionId, row);
    if (!connection && isRow(row)) distrust("the row of a connection", key);
    if (connection && !hasRooms(row)) distrust("a room of a connection", `${key} r:`);
    return connection;
  }

  /** Runs a script that changes an open connection, and closes one whose row can't be read. */
  async function change(
    script: RedisScript,
    connectionId: string,
    subject: Omit<RedisSubject, "connection">,
    ...args: string[]
  ): Promise<boolean> {
    const whole = { ...subject, connection: encodeKey(connectionId) };
    const [done, ...values] = (await run(script, whole, ...args)) as unknown[];
    const row = rowOfValues(values);
    if (!isRow(row) || read(connectionId, row)) return done === 1;
    await run(CLOSE, whole, String(tombstoneMs));
    return false;
  }

  return {
    open(connection) {
      const { connectionId, expiresAt } = connection;
      const user = encodeKey(connection.user.userId);
      const fields = toFields(connection);
      const values = [String(expiresAt), fields.connection, fields.user, fields.member, user];
      return change(OPEN, connectionId, { user }, ...values);
    },

    async get(connectionId) {
      const connection = encodeKey(connectionId);
      const row = await mending(parts, { connection }, () =>
        requests.command("read", "HGETALL", `${base}c:${connection}`),
      );
      const found = read(connectionId, rowOfFields(row));
      return found && found.expiresAt > now() ? found : undefined;
    },

    async close(connectionId) {
      const subject = { connection: encodeKey(connectionId) };
      return read(connectionId, rowOfFields(await run(CLOSE, subject, String(tombstoneMs))));
    },

    join(connectionId, room) {
      const key = encodeKey(room);
      return change(JOIN, connectionId, { room: key }, key);
    },

    leave(connectionId, room) {
      const key = encodeKey(room);
      return change(LEAVE, connectionId, { room: key }, key);
    },

    touch: (connectionId, expiresAt) => change(TOUCH, connectionId, {}, String(expiresAt)),
  };
}

/** What all of them are about. */
interface ConnectionSubject extends RedisSubject {
  readonly connection: string;
}
