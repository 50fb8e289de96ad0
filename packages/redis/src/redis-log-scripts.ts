import { type RedisScript, redisScript } from "./redis-requests.ts";

/*
 * A room's log is two keys that a cluster keeps in one place, and a third for a minute:
 *
 *   <prefix>:{<room>}:log      hash    e epoch, h head, r the history in which it was last seen
 *   <prefix>:{<room>}:entries  stream  <seq>-0: k sender and mid, d digest, t time, i call, e entry
 *   <prefix>:{<room>}:call:<i> string  the seq that an append without a position has got
 *
 * A script runs alone, so between its look through the entries and its append nobody else appends.
 *
 * Redis names its history anew when it starts and when a replica takes over. What it has then may be
 * older than what was acked, so places could be given again: the log goes on in a new epoch.
 */
const PRELUDE = `
local log, entries, newEpoch, ttl = KEYS[1], KEYS[2], ARGV[1], ARGV[2]

local function whole(number) return string.format('%.0f', number) end

local function seqOf(row) return tonumber(string.match(row[1], '^%d+')) end

local function field(row, name)
  for index = 1, #row[2], 2 do
    if row[2][index] == name then return row[2][index + 1] end
  end
end

local history = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)') or ''
local known = redis.call('HMGET', log, 'e', 'h', 'r')
if not known[1] then
  redis.call('DEL', entries)
  redis.call('HSET', log, 'e', newEpoch, 'h', '0', 'r', history)
  if ttl ~= '' then redis.call('PEXPIRE', log, ttl) end
  known = {newEpoch, '0'}
elseif known[3] ~= history then
  redis.call('HSET', log, 'e', newEpoch, 'r', history)
  known[1] = newEpoch
end
local epoch, head = known[1], tonumber(known[2])
local first = redis.call('XRANGE', entries, '-', '+', 'COUNT', 1)[1]
local oldest = first and seqOf(first) or head + 1

local function answer(...) return {epoch, whole(oldest), whole(head), ...} end
`;

/** ARGV: a new epoch, its life, after, limit. Answers epoch, oldest, head and the entries. */
export const READ: RedisScript = redisScript(
  "read",
  `${PRELUDE}
local after, limit, found = tonumber(ARGV[3]), tonumber(ARGV[4]), {}
if limit > 0 and after < head and after >= oldest - 1 then
  for index, row in ipairs(redis.call('XRANGE', entries, whole(after + 1), '+', 'COUNT', limit)) do
    found[index] = field(row, 'e')
  end
end
return answer(found)`,
);

/**
 * ARGV: a new epoch, its life, the position's epoch and after (or "" twice), sender and mid, digest,
 * time, call, entry, the longest scan, entries kept, the times before which entries are too old and may
 * be freed. Answers epoch, oldest, head, a status, and the seq and entry that it is about.
 */
export const APPEND: RedisScript = redisScript(
  "append",
  `${PRELUDE}
local atEpoch, after, key, digest, time, call, entry = unpack(ARGV, 3, 9)
local maxScan, maxEntries, oldBefore, freeBefore = unpack(ARGV, 10)
local TRIM_EVERY, CALL_MS = 64, 60000

if after == '' then
  local seq = redis.call('GET', KEYS[3])
  if seq then return answer('appended', seq) end
else
  after = tonumber(after)
  if atEpoch ~= epoch or after > head then return answer('reset') end
  if after < oldest - 1 then return answer('undecided') end
  if head - after > tonumber(maxScan) then return answer('behind') end
  if after < head then
    for _, row in ipairs(redis.call('XRANGE', entries, whole(after + 1), '+')) do
      if field(row, 'k') == key then
        local status = 'duplicate'
        if field(row, 'i') == call then status = 'appended'
        elseif field(row, 'd') ~= digest then status = 'mid-conflict' end
        return answer(status, whole(seqOf(row)), field(row, 'e'))
      end
    end
  end
end

head = head + 1
redis.call('XADD', entries, whole(head) .. '-0', 'k', key, 'd', digest, 't', time, 'i', call, 'e', entry)
redis.call('HSET', log, 'h', whole(head))
if after == '' then redis.call('SET', KEYS[3], whole(head), 'PX', CALL_MS) end

if head % TRIM_EVERY == 0 then
  local free = 0
  for _, row in ipairs(redis.call('XRANGE', entries, '-', '+', 'COUNT', TRIM_EVERY * 2)) do
    local seq, at = seqOf(row), tonumber(field(row, 't'))
    local kept = seq > head - tonumber(maxEntries) and at > tonumber(oldBefore)
    if kept or at > tonumber(freeBefore) or seq == head then break end
    free = seq
  end
  if free > 0 then
    redis.call('XTRIM', entries, 'MINID', whole(free + 1) .. '-0')
    oldest = free + 1
  end
end
if ttl ~= '' then
  redis.call('PEXPIRE', log, ttl)
  redis.call('PEXPIRE', entries, ttl)
end
return answer('appended', whole(head))`,
);
