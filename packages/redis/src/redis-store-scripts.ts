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
 */
const PRELUDE = `
local base, now, id = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local GARBAGE_MS = 86400000
local row = base .. 'c:' .. id

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

local function exit(room, who)
  redis.call('ZREM', base .. 'o:' .. room, who)
  redis.call('ZREM', base .. 'x:' .. room, who)
end

local function renew(expires)
  local user = base .. 'u:' .. redis.call('HGET', row, 'k')
  redis.call('HSET', row, 'e', expires)
  redis.call('ZADD', user, expires, id)
  redis.call('ZREMRANGEBYSCORE', user, '-inf', now - GARBAGE_MS)
  keep(row, expires)
  keep(user, expires)
  for _, room in ipairs(roomsOf()) do
    redis.call('ZADD', base .. 'x:' .. room, expires, id)
    keep(base .. 'o:' .. room, expires)
    keep(base .. 'x:' .. room, expires)
  end
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

local function isOpen()
  local expires = redis.call('HGET', row, 'e')
  return expires and tonumber(expires) > now
end
`;

const script = (name: string, source: string): RedisScript => redisScript(name, PRELUDE + source);

/** ARGV: expires, connection, user, member, user's key. Answers 1, or 0 if it was closed before. */
export const OPEN: RedisScript = script(
  "open",
  `
if redis.call('EXISTS', base .. 't:' .. id) == 1 then return 0 end
local expires, connection, user, member, key = unpack(ARGV, 4)
local known = redis.call('HGET', row, 'k')
if known and not isOpen() then forget()
elseif known and known ~= key then redis.call('ZREM', base .. 'u:' .. known, id) end
redis.call('HSET', row, 'c', connection, 'u', user, 'm', member, 'k', key)
renew(expires)
return 1`,
);

/** ARGV: how long the tombstone stays. Answers the row's fields and values, none if there was no row. */
export const CLOSE: RedisScript = script(
  "close",
  `
redis.call('SET', base .. 't:' .. id, '1', 'PX', ARGV[4])
return forget()`,
);

/** ARGV: room. Answers 1, or 0 if the connection is not open. */
export const JOIN: RedisScript = script(
  "join",
  `
if not isOpen() then return 0 end
local room = ARGV[4]
local order, leases = base .. 'o:' .. room, base .. 'x:' .. room
redis.call('HSET', row, 'r:' .. room, '1')
if not redis.call('ZSCORE', order, id) then
  redis.call('ZADD', order, redis.call('INCR', base .. 'n'), id)
end
local expires = redis.call('HGET', row, 'e')
redis.call('ZADD', leases, expires, id)
keep(order, expires)
keep(leases, expires)
return 1`,
);

/** ARGV: room. Answers 1 if it was a member. */
export const LEAVE: RedisScript = script(
  "leave",
  `
if redis.call('HDEL', row, 'r:' .. ARGV[4]) == 0 then return 0 end
exit(ARGV[4], id)
return isOpen() and 1 or 0`,
);

/** ARGV: the lease's new end. Answers 1, or 0 if the connection is not open. */
export const TOUCH: RedisScript = script(
  "touch",
  `
if not isOpen() then return 0 end
if tonumber(ARGV[4]) > tonumber(redis.call('HGET', row, 'e')) then renew(ARGV[4]) end
return 1`,
);

/**
 * ARGV: room (in place of the id), cursor, limit. Answers members, expired ids, cursor or "". The first
 * page names the expired ones of the whole room, the oldest first, as many as a page has rows; what is
 * left of rows that Redis collected is swept.
 */
export const MEMBERS: RedisScript = script(
  "members",
  `
local room, cursor, limit = id, ARGV[4], tonumber(ARGV[5])
local order, leases = base .. 'o:' .. room, base .. 'x:' .. room
local found = redis.call('ZRANGEBYSCORE', order, '(' .. cursor, '+inf', 'WITHSCORES', 'LIMIT', 0, limit + 1)
local members, expired, next = {}, {}, ''
for index = 1, math.min(#found, limit * 2), 2 do
  local known = redis.call('HMGET', base .. 'c:' .. found[index], 'e', 'm')
  if known[1] and tonumber(known[1]) > now then members[#members + 1] = known[2] end
end
if #found > limit * 2 then next = found[limit * 2] end
if cursor == '0' then
  for _, who in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', ARGV[2], 'LIMIT', 0, limit)) do
    if redis.call('EXISTS', base .. 'c:' .. who) == 1 then expired[#expired + 1] = who
    else exit(room, who) end
  end
end
return {members, expired, next}`,
);
