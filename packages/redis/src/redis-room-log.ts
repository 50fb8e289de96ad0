import {
  type AppendResult,
  InvalidArgumentError,
  type LogEntry,
  type LogState,
  type Ports,
  type RetentionOptions,
  type RoomLog,
} from "@hubbub/core";
import { isLogEntry, readJson } from "@hubbub/core/adapter";
import type { RedisLike } from "./redis-client.ts";
import {
  type RedisLogState,
  type RedisRetention,
  toLogPage,
  toLogState,
} from "./redis-log-page.ts";
import { createRedisLogRequests } from "./redis-log-requests.ts";
import { APPEND, READ } from "./redis-log-scripts.ts";
import { checkClock, type RedisOptions, resolveRedisOptions } from "./redis-options.ts";
import { createRedisRequests } from "./redis-requests.ts";
import { resolveRedisRetention } from "./redis-retention.ts";

/** Options of {@link createRedisRoomLog}. */
export interface RedisRoomLogOptions extends RedisOptions, Pick<Ports, "id"> {
  /** The clock that ages are measured by. */
  clock: Pick<Ports["clock"], "now">;
  /** How much is kept; take your chat's, `chat.retention`. (Default: 1,000 entries, 7 days) */
  retention?: RetentionOptions | undefined;
  /** The most entries that one append looks through for an earlier try. (Default: 256) */
  maxScan?: number | undefined;
}

type Appended = readonly [
  ...state: RedisLogState,
  ...about: [status: AppendResult["status"], seq?: string, entry?: string],
];

const MAX_EPOCH_CHARS = 64;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Creates a room log in Redis. An append is one script: it looks through the entries after the sender's
 * position for an earlier try of the same message, appends and trims, in one round trip. What it answers
 * is as durable as Redis is set up to be: `appendonly yes`, with `appendfsync always` if nothing may be
 * lost with the machine's power.
 *
 * @param redis The client; its time-outs and reconnects stay as you set them.
 * @param options Prefix, clock, ids, retention.
 * @returns A log whose methods reject with `UnavailableError` when Redis does not answer.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createRedisRoomLog(redis: RedisLike, options: RedisRoomLogOptions): RoomLog {
  const resolved = resolveRedisOptions(redis, options);
  const { clock, id, maxScan = 256 } = options;
  checkClock(clock);
  if (typeof id !== "function") throw new InvalidArgumentError("id must be a function");
  if (!(Number.isSafeInteger(maxScan) && maxScan >= 1)) {
    throw new InvalidArgumentError(`maxScan must be a whole number of at least 1, got ${maxScan}`);
  }
  const retention = resolveRedisRetention(options.retention);
  const { prefix, distrust } = resolved;
  const requests = createRedisRequests(redis, resolved);
  const newEpoch = () =>
    id()
      .slice(0, MAX_EPOCH_CHARS)
      .replace(/[^!-~]/g, "_");
  const life = lifeOf(retention);
  const logs = createRedisLogRequests({ requests, distrust, prefix, life, newEpoch });

  async function read(room: string, after: number, limit: number) {
    const reply = await logs.run("read", READ, room, [after, limit]);
    const [epoch, oldest, head, found] = reply as [...RedisLogState, (string | null)[]];
    return { state: toLogState([epoch, oldest, head], retention), found };
  }

  return {
    async append(room, entry, position) {
      const call = id().slice(0, 64);
      const now = clock.now();
      const args = [
        ...[position?.epoch ?? "", position?.after ?? ""],
        ...[senderAndMid(entry), entry.digest, String(entry.ts), call, JSON.stringify(entry)],
        ...[maxScan, limitOf(retention.maxEntries)],
        ...[limitOf(now - retention.maxAgeMs), now - retention.minAgeMs],
      ];
      const reply = (await logs.run("write", APPEND, room, args, call)) as unknown as Appended;
      const [epoch, oldest, head, status, seq, json] = reply;
      const state = toLogState([epoch, oldest, head], retention);
      if (status !== "duplicate") return toResult(state, status, Number(seq));
      const earlier = readJson(json);
      if (!isLogEntry(earlier)) logs.distrustEntry(room, epoch, Number(seq));
      // Who sends it again knows what it was.
      const found = isLogEntry(earlier) ? earlier : entry;
      return { ...state, status, entry: { ...found, seq: Number(seq) } };
    },

    async read(room, range) {
      const after = Math.max(0, range.after);
      const limit = Math.max(0, Math.floor(range.limit));
      const { state, found } = await read(room, after, limit);
      const now = clock.now();
      const slots = found.map((json, index) => ({ seq: after + 1 + index, value: readJson(json) }));
      return toLogPage(state, logs.toEntries(room, state.epoch, slots, now), after, retention, now);
    },

    async head(room) {
      return (await read(room, 0, 0)).state;
    },
  };
}

/** Injective, and safe for lone surrogates, which JSON escapes. */
function senderAndMid({ from, mid }: LogEntry): string {
  return JSON.stringify([from?.id ?? null, mid]);
}

/** Lua reads `inf` and `-inf`. */
function limitOf(value: number): string {
  return String(value).replace("Infinity", "inf");
}

/** How long a log outlives its last entry, in milliseconds; "" for ever. Then it begins anew, with a new epoch. */
function lifeOf({ maxAgeMs, minAgeMs }: RedisRetention): string {
  const ms = Math.max(maxAgeMs, minAgeMs) + DAY_MS;
  return ms < Number.MAX_SAFE_INTEGER ? String(Math.ceil(ms)) : "";
}

function toResult(
  state: LogState,
  status: Exclude<AppendResult["status"], "duplicate">,
  seq: number,
): AppendResult {
  if (status === "appended" || status === "mid-conflict") return { ...state, status, seq };
  return { ...state, status };
}
