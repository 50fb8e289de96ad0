import type { RedisScript } from "./redis-requests.ts";
import { storeScript } from "./redis-store-prelude.ts";

/** How scripts that change an open connection begin. They answer -1 if its row is not what was stored. */
const ROW = `
local lease, user = unpack(redis.call('HMGET', row, 'e', 'k'))
lease = finite(lease)
if not (lease and user) and redis.call('EXISTS', row) == 1 then return -1 end
local isOpen = lease and lease > now
`;

/** ARGV: expires, connection, user, member, user's key. Answers 0 if it was closed before. */
export const OPEN: RedisScript = storeScript(
  "open",
  `
if redis.call('EXISTS', base .. 't:' .. id) == 1 then return 0 end
${ROW}
local expires, connection, owner, member, key = unpack(ARGV, 4)
if lease and not isOpen then forget()
elseif user and user ~= key then redis.call('ZREM', base .. 'u:' .. user, id) end
redis.call('HSET', row, 'c', connection, 'u', owner, 'm', member, 'k', key)
renew(expires, key)
return 1`,
);

/** ARGV: how long the tombstone stays. Answers the row's fields and values, none if there was no row. */
export const CLOSE: RedisScript = storeScript(
  "close",
  `
redis.call('SET', base .. 't:' .. id, '1', 'PX', ARGV[4])
return forget()`,
);

/** ARGV: room. Answers 0 if the connection is not open. */
export const JOIN: RedisScript = storeScript(
  "join",
  `${ROW}
if not isOpen then return 0 end
redis.call('HSET', row, 'r:' .. ARGV[4], '1')
enter(ARGV[4], id, lease)
return 1`,
);

/** ARGV: room. Answers 1 if it was a member. */
export const LEAVE: RedisScript = storeScript(
  "leave",
  `${ROW}
if redis.call('HEXISTS', row, 'r:' .. ARGV[4]) == 0 then return 0 end
exit(ARGV[4], id)
redis.call('HDEL', row, 'r:' .. ARGV[4])
return isOpen and 1 or 0`,
);

/** ARGV: the lease's new end. Answers 0 if the connection is not open. */
export const TOUCH: RedisScript = storeScript(
  "touch",
  `${ROW}
if not isOpen then return 0 end
if tonumber(ARGV[4]) > lease then renew(ARGV[4], user) end
return 1`,
);

/**
 * ARGV: room (in place of the id), cursor, limit. Answers members as key and text, a line each (the text
 * empty if there is none to read), expired keys, cursor or "". The first page names the expired ones of the whole room, the
 * oldest first, as many as a page has rows; what is left of rows that Redis collected is swept.
 */
export const MEMBERS: RedisScript = storeScript(
  "members",
  `
local room, cursor, limit = id, ARGV[4], tonumber(ARGV[5])
local order, leases = base .. 'o:' .. room, base .. 'x:' .. room
local found = redis.call('ZRANGEBYSCORE', order, '(' .. cursor, '+inf', 'WITHSCORES', 'LIMIT', 0, limit + 1)
local members, expired, last, next = {}, {}, math.min(#found, limit * 2), ''
if #found > last then
  next = found[last]
  if found[last + 2] == next then -- A cursor can't part those who have one place.
    found = redis.call('ZRANGEBYSCORE', order, '(' .. cursor, next, 'WITHSCORES')
    last = #found
  end
end
for index = 1, last, 2 do
  local who = found[index]
  local known = redis.pcall('HMGET', base .. 'c:' .. who, 'e', 'm')
  local lease, member = tonumber(known[1]), known[2]
  if lease and lease > now and lease < math.huge then members[#members + 1] = who .. '\\n' .. (member or '')
  elseif not finite(lease) then
    if known.err or known[1] or member then members[#members + 1] = who .. '\\n'
    else exit(room, who) end
  end
end
if cursor == '0' then
  for _, who in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', ARGV[2], 'LIMIT', 0, limit)) do
    local lease = leaseOf(who)
    if lease and lease > now then redis.call('ZADD', leases, lease, who)
    elseif redis.call('EXISTS', base .. 'c:' .. who) == 1 then expired[#expired + 1] = who
    else exit(room, who) end
  end
end
return {members, expired, next}`,
);
