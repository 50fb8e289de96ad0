import { UnavailableError } from "@hubbub/core";

/**
 * What is set up wrongly: `unreachable` (nobody listens there); `authentication` (no password or a wrong
 * one); `not_authorized` (a permission is missing); `too_old` (before Redis 6.2); `read_only` (a replica);
 * `out_of_memory` (`maxmemory` is reached); `evicts` (its `maxmemory-policy` deletes keys); `cluster`
 * (a plain client on a cluster).
 */
export type RedisProblem =
  | "unreachable"
  | "authentication"
  | "not_authorized"
  | "too_old"
  | "read_only"
  | "out_of_memory"
  | "evicts"
  | "cluster";

/** Thrown when Redis refuses because of how it is set up; the message says what to do. */
export class RedisSetupError extends UnavailableError {
  override name = "RedisSetupError";
  /** What is wrong, for programs to test. */
  readonly problem: RedisProblem;

  constructor(problem: RedisProblem, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.problem = problem;
  }
}

const REMEDIES: Readonly<Record<RedisProblem, string>> = {
  unreachable: "no Redis answers there: start one, or correct url",
  authentication: "Redis wants another password: put it into url, as redis://:password@host:6379",
  not_authorized: "the Redis user lacks a permission: see what the README lists",
  too_old: "Redis is too old: version 6.2 or newer is needed",
  read_only: "this Redis is a read-only replica: connect to its primary",
  out_of_memory: "Redis has reached maxmemory: give it more, and keep maxmemory-policy noeviction",
  evicts:
    "this Redis deletes keys when memory is short, and acked messages with them: set maxmemory-policy noeviction",
  cluster: "this Redis is a cluster: pass a Cluster of ioredis in place of a plain client",
};

const REPLIES: readonly (readonly [RegExp, RedisProblem])[] = [
  [/^NOAUTH|^WRONGPASS|invalid password|without any password/i, "authentication"],
  [/^NOPERM/, "not_authorized"],
  [/^READONLY/, "read_only"],
  [/^OOM|-OOM |command not allowed when used memory/, "out_of_memory"],
  [/^MOVED|^CROSSSLOT/, "cluster"],
  [/unknown (?:redis )?command|can't be used in script|syntax error.*MINID/i, "too_old"],
];
const UNREACHABLE: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH"]);

/**
 * Creates a setup error with its remedy.
 *
 * @param detail What Redis said, or what was found.
 */
export function redisSetupError(
  problem: RedisProblem,
  detail: string,
  cause?: unknown,
): RedisSetupError {
  return new RedisSetupError(problem, `${REMEDIES[problem]} (${detail})`, { cause });
}

/** Turns what the client threw into what core expects: an `UnavailableError` with its cause. */
export function toRedisError(error: unknown, action: string): UnavailableError {
  if (error instanceof UnavailableError) return error;
  stripCommand(error);
  const message = error instanceof Error ? error.message : String(error);
  const problem = problemOf(error, message);
  if (problem) return redisSetupError(problem, message, error);
  return new UnavailableError(`${action} failed: ${message}`, { cause: error });
}

/** Whether a command or a script met a key that has another type than ours. */
export function isWrongType(error: unknown): boolean {
  return error instanceof Error && error.message.includes("WRONGTYPE");
}

/** ioredis hangs the command on its errors: passwords and message bodies that must reach no log. */
export function stripCommand(error: unknown): void {
  if (!(error instanceof Error)) return;
  for (const name of ["command", "previousErrors", "lastNodeError"]) {
    Reflect.deleteProperty(error, name);
  }
}

function problemOf(error: unknown, message: string): RedisProblem | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  if (UNREACHABLE.has(String(code))) return "unreachable";
  return REPLIES.find(([pattern]) => pattern.test(message))?.[1];
}
