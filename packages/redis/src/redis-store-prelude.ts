import { type RedisScript, redisScript } from "./redis-requests.ts";

/*
 * Every key begins with `{prefix}:`, so that a cluster keeps all of a store in one place and a script
 * may touch a connection, its rooms and its user at once.
 *
 *   c:<connection>  hash    e lease's end, c connection, u user, m member, k user's key, r:<room> "1"
 *   o:<room>        zset    connections by the order in which they joined: the pages' cursors
 *   x:<room>        zset    connections by the end of their leases: counts, and whom to close
 *   u:<user>        zset    connections by the end of their leases
 *   t:<connection>  string  tombstone
 *   n               string  the last place given in any room
 *
 * Time comes with each call. Redis's own clock only collects garbage, a day after a lease's end.
 *
 * Whoever can write to Redis could have put anything there: what is read is checked before it is
 * compared or joined to a key. A key of another type ends a script; it is mended, and the script runs
 * again, so each can be run again from any of its commands on.
 */
const PRELUDE = `
local base, now, id = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local GARBAGE_MS, MAX_PLACE = 86400000, 9007199254740991
local row = base .. 'c:' .. id

local function finite(text)
  local number = tonumber(text)
  return number and number - number == 0 and number or nil
end

local function leaseOf(who) return finite(redis.pcall('HGET', base .. 'c:' .. who, 'e')) end

local function keep(key, expires)
  local ttl = math.ceil(math.max(0, math.min(tonumber(expires) - now, 1e12))) + GARBAGE_MS
  if redis.call('PTTL', key) < ttl then redis.call('PEXPIRE', key, string.format('%.0f', ttl)) end
end

local function roomsOf()
  local rooms = {}
  for _, field in ipairs(redis.call('HKEYS', row)) do
    if string.sub(field, 1, 2) == 'r:' then rooms[#rooms + 1] = string.sub(field, 3) end
  end
  return rooms
end

local function newPlace()
  local place = redis.pcall('INCR', base .. 'n')
  if type(place) == 'number' and place > 1 and place < MAX_PLACE then return place end
  local first = string.format('%.0f', math.max(now, 1)) -- Behind all that were given before it was lost.
  redis.call('SET', base .. 'n', first)
  return first
end

local function enter(room, who, expires)
  local order, leases = base .. 'o:' .. room, base .. 'x:' .. room
  local place = tonumber(redis.call('ZSCORE', order, who) or 0)
  if place <= 0 or place > MAX_PLACE then redis.call('ZADD', order, newPlace(), who) end
  redis.call('ZADD', leases, expires, who)
  keep(order, expires)
  keep(leases, expires)
end

local function exit(room, who)
  redis.call('ZREM', base .. 'o:' .. room, who)
  redis.call('ZREM', base .. 'x:' .. room, who)
end

local function renew(expires, key)
  local user = base .. 'u:' .. key
  redis.call('HSET', row, 'e', expires)
  redis.call('ZADD', user, expires, id)
  redis.call('ZREMRANGEBYSCORE', user, '-inf', now - GARBAGE_MS)
  keep(row, expires)
  keep(user, expires)
  for _, room in ipairs(roomsOf()) do enter(room, id, expires) end
end

local function forget()
  local fields = redis.call('HGETALL', row)
  for index = 1, #fields, 2 do
    local field = fields[index]
    if string.sub(field, 1, 2) == 'r:' then exit(string.sub(field, 3), id) end
    if field == 'k' then redis.call('ZREM', base .. 'u:' .. fields[index + 1], id) end
  end
  redis.call('DEL', row)
  return fields
end
`;

/** Names a script that begins with what all scripts of a store have in common. */
export function storeScript(name: string, source: string): RedisScript {
  return redisScript(name, PRELUDE + source);
}
