import type { Distrust } from "@hubbub/core/adapter";
import { isWrongType } from "./redis-errors.ts";
import type { RedisRequests, RedisScript } from "./redis-requests.ts";
import { storeScript } from "./redis-store-prelude.ts";

/** What a request of a store is about, as encoded keys: what may have to be mended for it. */
export interface RedisSubject {
  readonly connection?: string;
  readonly room?: string;
  readonly user?: string;
}

/**
 * ARGV: the connection, room and user's key, each or "", and how long a tombstone stays. Deletes the keys
 * that have another type than ours and answers them. A connection's row is closed with it; of a room's two
 * lists, the one that is left tells the other; what is lost of lists comes back with heartbeats.
 */
const MEND: RedisScript = storeScript(
  "mend",
  `
local room, user, tombstoneMs = unpack(ARGV, 4)
local mended = {}

local function isForeign(key, kind)
  local found = redis.call('TYPE', key).ok
  if found == kind or found == 'none' then return false end
  redis.call('DEL', key)
  mended[#mended + 1] = key
  return true
end

local function mendRoom(room)
  local order, leases = base .. 'o:' .. room, base .. 'x:' .. room
  local isOrderLost, isLeasesLost = isForeign(order, 'zset'), isForeign(leases, 'zset')
  if not isOrderLost and not isLeasesLost then return end
  for _, who in ipairs(redis.call('ZRANGE', isOrderLost and leases or order, 0, -1)) do
    local lease = leaseOf(who)
    if lease then enter(room, who, lease) end
  end
end

if id ~= '' then
  if isForeign(row, 'hash') then redis.call('SET', base .. 't:' .. id, '1', 'PX', tombstoneMs) end
  local known = redis.call('HGET', row, 'k')
  if known then isForeign(base .. 'u:' .. known, 'zset') end
  for _, each in ipairs(roomsOf()) do mendRoom(each) end
end
if room ~= '' then mendRoom(room) end
if user ~= '' then isForeign(base .. 'u:' .. user, 'zset') end
return mended`,
);

const NAMES: Readonly<Record<string, string>> = {
  c: "the row of a connection",
  o: "the list of a room's members",
  x: "the list of a room's members",
  u: "the list of a user's connections",
};

/** What the operations of a store share. */
export interface RedisStoreParts {
  readonly requests: RedisRequests;
  readonly distrust: Distrust;
  /** Begins every key of the store. */
  readonly base: string;
  readonly now: () => number;
  /** How long Redis keeps a tombstone. */
  readonly tombstoneMs: number;
}

/** Makes a request; if a key has another type than ours, mends it and makes the request again. */
export async function mending<T>(
  { requests, distrust, base, now, tombstoneMs }: RedisStoreParts,
  subject: RedisSubject,
  request: () => Promise<T>,
): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!isWrongType(error)) throw error;
  }
  const { connection = "", room = "", user = "" } = subject;
  const args = [base, now(), connection, room, user, tombstoneMs];
  const mended = await requests.run("write", MEND, [`${base}n`], args);
  for (const key of mended as string[]) {
    const kind = key.charAt(base.length);
    const place = kind === "c" ? connection : key;
    const isRoom = kind === "o" || kind === "x";
    distrust(NAMES[kind] ?? "a key", place, isRoom ? { key } : undefined);
  }
  return request();
}
