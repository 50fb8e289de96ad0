import { LOG_PRELUDE } from "./redis-log-scripts.ts";
import { type RedisScript, redisScript } from "./redis-requests.ts";

/**
 * ARGV: a new epoch, its life. Makes state and entries agree again. What looks like an entry and continues
 * the others stays; what is missing between is read as unreadable. If that ends where the state says, the
 * epoch stays: only foreign rows were dropped. Otherwise the log goes on in a new one behind what is left,
 * so that clients are told.
 */
export const MEND_LOG: RedisScript = redisScript(
  "mend log",
  `${LOG_PRELUDE}
local MAX_HOLE, MAX_FIELDS, MAX_SEQ = 1000, 100, 9e13

local function dropForeign(key, kind)
  if redis.call('TYPE', key).ok ~= kind then redis.call('DEL', key) end
end

dropForeign(log, 'hash')
dropForeign(entries, 'stream')
local epoch, head = unpack(redis.call('HMGET', log, 'e', 'h'))
head = isHead(head) and tonumber(head) or nil

local function isEntry(row)
  local seq = seqOf(row) or 0
  return seq > 0 and seq < MAX_SEQ and field(row, 'e') and #row[2] <= MAX_FIELDS
end

local rows = redis.call('XRANGE', entries, '-', '+')
local kept, last, newest = {}, nil, nil
for _, row in ipairs(rows) do
  if head and row[1] == whole(head) .. '-0' and isEntry(row) then newest = head end
end
for _, row in ipairs(rows) do
  local seq = isEntry(row) and seqOf(row)
  -- The state's own head says better than the entries before it how far they go.
  if seq and (newest and seq <= newest or not last or seq - last <= MAX_HOLE) then
    kept[#kept + 1] = row
    last = seq
  end
end
redis.call('DEL', entries)
for _, row in ipairs(kept) do redis.call('XADD', entries, row[1], unpack(row[2])) end
last = last or head or 0
if last ~= head or not isEpoch(epoch) then epoch = newEpoch end
redis.call('HSET', log, 'e', epoch, 'h', whole(last))
if ttl ~= '' then
  redis.call('PEXPIRE', log, ttl)
  redis.call('PEXPIRE', entries, ttl)
end
return 1`,
);
