import { type Logger, UnavailableError } from "@hubbub/core";
import type { RedisLike } from "./redis-client.ts";
import { type RedisSetupError, redisSetupError, toRedisError } from "./redis-errors.ts";

const MIN_VERSION = [6, 2] as const; // XTRIM MINID.
const PROBE_MS = 1000;
const PROBE = "redis.call('INFO', 'replication') return redis.call('GET', KEYS[1])";

/**
 * Finds out whether a Redis can carry a chat, and warns where it may lose what it has acked.
 *
 * @param redis A client.
 * @param prefix Of the chat's keys; one is written and read, and expires at once.
 * @param logger Is warned.
 * @throws RedisSetupError that says what is wrong and what to do; UnavailableError if it does not answer.
 */
export async function probeRedis(redis: RedisLike, prefix: string, logger: Logger): Promise<void> {
  const info = parseInfo(await ask(redis, "INFO"));
  const problem = problemIn(info);
  if (problem) throw problem;
  const key = `{${prefix}}:probe`;
  await ask(redis, "SET", key, "1", "PX", PROBE_MS);
  await ask(redis, "EVAL", PROBE, 1, key);
  const loss = await lossOf(redis, info);
  if (loss) logger.warn("Redis may lose acked messages", loss);
}

/**
 * What a crash may take, of which clients are told by a new epoch, and whether they can't be. Undefined
 * if nothing, or if a platform's Redis does not tell how it keeps its data.
 */
async function lossOf(redis: RedisLike, info: ReadonlyMap<string, string>) {
  if (!info.has("master_replid")) {
    const todo = "use a Redis whose INFO tells its master_replid";
    return { loses: "in a failover, without clients being told", todo };
  }
  if (info.get("aof_enabled") === "0") {
    const todo = "set appendonly yes, and appendfsync always";
    return { loses: "what it stored since its last snapshot", todo };
  }
  const [, fsync] = await redis
    .call("CONFIG", "GET", "appendfsync")
    .then((reply) => (Array.isArray(reply) ? reply : []))
    .catch(() => []); // Most hosted ones refuse.
  if (fsync === undefined || fsync === "always") return undefined;
  return { loses: "its last second, with its machine's power", todo: "set appendfsync always" };
}

async function ask(redis: RedisLike, command: string, ...args: (string | number)[]) {
  try {
    return await redis.call(command, ...args);
  } catch (error) {
    throw toRedisError(error, command);
  }
}

function problemIn(info: ReadonlyMap<string, string>): RedisSetupError | undefined {
  const version = info.get("redis_version") ?? "";
  const [major = Number.NaN, minor = 0] = version.split(".").map(Number);
  const [minMajor, minMinor] = MIN_VERSION;
  if (major < minMajor || (major === minMajor && minor < minMinor)) {
    return redisSetupError("too_old", `it is ${version}`);
  }
  if (info.get("role") === "slave") return redisSetupError("read_only", "its role is slave");
  const policy = info.get("maxmemory_policy") ?? "noeviction";
  const bounded = Number(info.get("maxmemory") ?? 0) > 0;
  if (bounded && policy !== "noeviction") {
    return redisSetupError("evicts", `maxmemory-policy is ${policy}`);
  }
  return undefined;
}

/** The lines `name:value` of INFO. */
function parseInfo(reply: unknown): ReadonlyMap<string, string> {
  if (typeof reply !== "string") throw new UnavailableError("Redis did not tell what it is");
  const lines = reply.split(/\r?\n/).filter((line) => line.includes(":"));
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]),
  );
}
