import { createHash } from "node:crypto";
import { type RequestKind, UnavailableError } from "@hubbub/core";
import type { RedisLike } from "./redis-client.ts";
import { toRedisError } from "./redis-errors.ts";
import type { ResolvedRedisOptions } from "./redis-options.ts";

/** A Lua script and the name by which Redis may have it already. */
export interface RedisScript {
  /** As errors call it. */
  readonly name: string;
  readonly source: string;
  readonly sha: string;
}

/** Requests with a time-out, counted, whose failures are `UnavailableError`. */
export interface RedisRequests {
  command(kind: RequestKind, name: string, ...args: (string | number)[]): Promise<unknown>;
  /** Runs a script, which Redis does at once and alone. */
  run(
    kind: RequestKind,
    script: RedisScript,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown>;
}

/** Names a script. */
export function redisScript(name: string, source: string): RedisScript {
  return { name, source, sha: createHash("sha1").update(source).digest("hex") };
}

/** Creates the requests of one client. */
export function createRedisRequests(
  redis: RedisLike,
  { timeoutMs, meter }: ResolvedRedisOptions,
): RedisRequests {
  const send = (action: string, call: () => Promise<unknown>) => inTime(call, timeoutMs, action);

  return {
    command(kind, name, ...args) {
      meter?.count(kind);
      return send(name, () => redis.call(name, ...args));
    },
    run(kind, { name, source, sha }, keys, args) {
      meter?.count(kind);
      const rest = [keys.length, ...keys, ...args];
      return send(name, async () => {
        try {
          return await redis.call("EVALSHA", sha, ...rest);
        } catch (error) {
          // A server that was restarted has forgotten its scripts.
          if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
          return redis.call("EVAL", source, ...rest);
        }
      });
    },
  };
}

/**
 * Bounds a call: a client that waits for its connection may hold a command for ever.
 *
 * @throws UnavailableError if it rejects or takes longer.
 */
export async function inTime<T>(
  call: () => Promise<T>,
  timeoutMs: number,
  action: string,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = () => new UnavailableError(`${action}: no answer of Redis in ${timeoutMs} ms`);
    timer = setTimeout(() => reject(error()), timeoutMs);
  });
  try {
    return await Promise.race([call(), late]);
  } catch (error) {
    throw toRedisError(error, action);
  } finally {
    clearTimeout(timer);
  }
}
