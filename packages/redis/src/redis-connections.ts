import type { Connection, ConnectionStore } from "@hubbub/core";
import type { Distrust } from "@hubbub/core/adapter";
import { encodeKey } from "@hubbub/core/keys";
import {
  hasRooms,
  type RedisRow,
  rowOfFields,
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

  async function close(connectionId: string): Promise<Connection | undefined> {
    const subject = { connection: encodeKey(connectionId) };
    return read(
      distrust,
      connectionId,
      rowOfFields(await run(CLOSE, subject, String(tombstoneMs))),
    );
  }

  /** Runs a script that changes an open connection, and closes one whose row it can't read. */
  async function change(
    script: RedisScript,
    connectionId: string,
    subject: Omit<RedisSubject, "connection">,
    ...args: string[]
  ): Promise<boolean> {
    const whole = { ...subject, connection: encodeKey(connectionId) };
    const done = await run(script, whole, ...args);
    if (done === -1) await close(connectionId);
    return done === 1;
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
      const fields = rowOfFields(row);
      const found = read(distrust, connectionId, fields);
      if (!found && fields.size > 0) await close(connectionId);
      return found && found.expiresAt > now() ? found : undefined;
    },

    close,

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

/** Reads a row, and warns of what can't be read. */
function read(distrust: Distrust, connectionId: string, row: RedisRow): Connection | undefined {
  const key = encodeKey(connectionId);
  const connection = toConnection(connectionId, row);
  if (!connection && row.size > 0) distrust("the row of a connection", key);
  if (connection && !hasRooms(row)) distrust("a room of a connection", `${key} r:`);
  return connection;
}

/** What all of them are about. */
interface ConnectionSubject extends RedisSubject {
  readonly connection: string;
}
