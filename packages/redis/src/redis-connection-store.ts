import type { Clock, ConnectionStore, MemberPage } from "@hubbub/core";
import { decodeKey, encodeKey } from "@hubbub/core/keys";
import type { RedisLike } from "./redis-client.ts";
import { toConnection, toFields } from "./redis-connection-rows.ts";
import { checkClock, checkMs, type RedisOptions, resolveRedisOptions } from "./redis-options.ts";
import { createRedisRequests, type RedisScript } from "./redis-requests.ts";
import { CLOSE, JOIN, LEAVE, MEMBERS, OPEN, TOUCH } from "./redis-store-scripts.ts";

/** Options of {@link createRedisConnectionStore}. */
export interface RedisConnectionStoreOptions extends RedisOptions {
  /** The clock that leases are measured by. */
  clock: Pick<Clock, "now">;
  /** How long a closed id is remembered, in milliseconds. (Default: 24 hours) */
  tombstoneMs?: number | undefined;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const MARGIN_MS = 60 * 60 * 1000; // Redis's clock and ours may differ.

/**
 * Creates a connection store in Redis. Every operation is one command or one script, so whatever
 * processes do at once has one order.
 *
 * @param redis The client; its time-outs and reconnects stay as you set them.
 * @param options Prefix, clock, bounds.
 * @returns A store whose methods reject with `UnavailableError` when Redis does not answer.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createRedisConnectionStore(
  redis: RedisLike,
  options: RedisConnectionStoreOptions,
): ConnectionStore {
  const resolved = resolveRedisOptions(redis, options);
  const { clock, tombstoneMs = DAY_MS } = options;
  checkClock(clock);
  checkMs("tombstoneMs", tombstoneMs, 0, DAY_MS * 365);
  const requests = createRedisRequests(redis, resolved);
  const base = `{${resolved.prefix}}:`;
  const now = () => clock.now();

  /** Runs a script on a connection, or on a room in its place. */
  const run = (kind: "write" | "list", script: RedisScript, id: string, ...args: string[]) => {
    const key = encodeKey(id);
    const main = script === MEMBERS ? `${base}o:${key}` : `${base}c:${key}`;
    return requests.run(kind, script, [main], [base, now(), key, ...args]);
  };

  return {
    async open(connection) {
      const { connectionId, user, expiresAt } = connection;
      const fields = toFields(connection);
      const values = [fields.connection, fields.user, fields.member, encodeKey(user.userId)];
      return (await run("write", OPEN, connectionId, String(expiresAt), ...values)) === 1;
    },

    async get(connectionId) {
      const row = await requests.command("read", "HGETALL", `${base}c:${encodeKey(connectionId)}`);
      const connection = toConnection(row);
      return connection && connection.expiresAt > now() ? connection : undefined;
    },

    async close(connectionId) {
      const ttl = String(tombstoneMs + MARGIN_MS);
      return toConnection(await run("write", CLOSE, connectionId, ttl));
    },

    async join(connectionId, room) {
      return (await run("write", JOIN, connectionId, encodeKey(room))) === 1;
    },

    async leave(connectionId, room) {
      return (await run("write", LEAVE, connectionId, encodeKey(room))) === 1;
    },

    async touch(connectionId, expiresAt) {
      return (await run("write", TOUCH, connectionId, String(expiresAt))) === 1;
    },

    async members(room, { cursor = "0", limit }) {
      const size = String(Math.max(1, Math.floor(limit)));
      const page = await run("list", MEMBERS, room, cursor, size);
      return toPage(page as [string[], string[], string]);
    },

    async connectionsOf(userId) {
      const key = `${base}u:${encodeKey(userId)}`;
      const ids = await requests.command("list", "ZRANGEBYSCORE", key, `(${now()}`, "+inf");
      return (ids as string[]).map(decodeKey);
    },

    async count(room) {
      const key = `${base}x:${encodeKey(room)}`;
      return Number(await requests.command("read", "ZCOUNT", key, `(${now()}`, "+inf"));
    },
  };
}

function toPage([members, expired, cursor]: [string[], string[], string]): MemberPage {
  return {
    members: members.map((member) => JSON.parse(member)),
    expired: expired.map(decodeKey),
    ...(cursor !== "" && { cursor }),
  };
}
