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
 *
 * Whoever can write to Redis could have put anything there: before a script changes anything, it makes
 * sure that state and newest entry are what was stored and agree. If not it answers nothing.
 */

/** What all scripts of a log have in common. */
export const LOG_PRELUDE = `
local log, entries, newEpoch, ttl = KEYS[1], KEYS[2], ARGV[1], ARGV[2]
local MAX_DIGITS = 14 -- Of a head: whatever it says, it can be counted on from.

local function whole(number) return string.format('%.0f', number) end

local function seqOf(row) return tonumber(string.match(row[1], '^(%d+)%-0$')) end

local function field(row, name)
  for index = 1, #row[2], 2 do
    if row[2][index] == name then return row[2][index + 1] end
  end
  return nil
end

local function isEpoch(text) return text and #text <= 64 and string.find(text, '^[!-~]+$') end

local function isHead(text) return text and #text <= MAX_DIGITS and string.find(text, '^%d+$') end
`;

const STATE = `${LOG_PRELUDE}
local history = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)') or ''
local known = redis.call('HMGET', log, 'e', 'h', 'r')
if not (known[1] or known[2] or known[3]) then
  redis.call('DEL', entries)
  redis.call('HSET', log, 'e', newEpoch, 'h', '0', 'r', history)
  if ttl ~= '' then redis.call('PEXPIRE', log, ttl) end
  known = {newEpoch, '0', history}
end
local first = redis.call('XRANGE', entries, '-', '+', 'COUNT', 1)[1]
local last = redis.call('XREVRANGE', entries, '+', '-', 'COUNT', 1)[1]
if not isEpoch(known[1]) or not isHead(known[2]) then return false end
if last and (last[1] ~= known[2] .. '-0' or (seqOf(first) or 0) < 1) then return false end
if known[3] ~= history then
  redis.call('HSET', log, 'e', newEpoch, 'r', history)
  known[1] = newEpoch
end
local epoch, head = known[1], tonumber(known[2])
local oldest = first and seqOf(first) or head + 1

local function answer(...) return {epoch, whole(oldest), whole(head), ...} end
`;

/**
 * ARGV: a new epoch, its life, after, limit. Answers epoch, oldest, head and the entries, nil for one that
 * is not there.
 */
export const READ: RedisScript = redisScript(
  "read",
  `${STATE}
local after, limit, found = tonumber(ARGV[3]), tonumber(ARGV[4]), {}
if limit > 0 and after < head and after >= oldest - 1 then
  local rows = redis.call('XRANGE', entries, whole(after + 1), whole(head), 'COUNT', limit)
  local upTo = math.min(head, after + limit)
  if #rows == limit then upTo = math.min(upTo, tonumber(string.match(rows[limit][1], '^%d+'))) end
  for _, row in ipairs(rows) do
    local seq = seqOf(row)
    if seq and seq <= upTo then found[seq - after] = field(row, 'e') end
  end
  for index = 1, upTo - after do found[index] = found[index] or false end
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
  `${STATE}
local atEpoch, after, key, digest, time, call, entry = unpack(ARGV, 3, 9)
local maxScan, maxEntries, oldBefore, freeBefore = unpack(ARGV, 10)
local TRIM_EVERY, CALL_MS, DAY_MS = 64, 60000, 86400000

local function isSeq(text) return type(text) == 'string' and string.find(text, '^[1-9]%d*$') end

-- Of a time that can't be true nothing is known: it is freed with the next one.
local function timeOf(row)
  local at = tonumber(field(row, 't'))
  return at and at <= tonumber(time) + DAY_MS and at or nil
end

if after == '' then
  local seq = redis.pcall('GET', KEYS[3])
  if isSeq(seq) and tonumber(seq) <= head then return answer('appended', seq) end
else
  after = tonumber(after)
  if atEpoch ~= epoch or after > head then return answer('reset') end
  if after < oldest - 1 then return answer('undecided') end
  if head - after > tonumber(maxScan) then return answer('behind') end
  if after < head then
    for _, row in ipairs(redis.call('XRANGE', entries, whole(after + 1), '+')) do
      if field(row, 'k') == key and seqOf(row) then
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
    local seq, at = seqOf(row), timeOf(row)
    if seq and at then
      local kept = seq > head - tonumber(maxEntries) and at > tonumber(oldBefore)
      if kept or at > tonumber(freeBefore) or seq == head then break end
      free = seq
    end
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
