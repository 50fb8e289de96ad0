import type { RedisLike } from "../src/index.ts";

/** A client whose next script can be made to fail. */
export interface FaultyRedis extends RedisLike {
  /** The next script fails before its effect, or after it: then only its answer is lost. */
  failNext(when: "before" | "after"): void;
  /** The names of all commands so far. */
  readonly sent: string[];
}

/** Creates it over a client that works. */
export function createFaultyRedis(redis: RedisLike): FaultyRedis {
  const sent: string[] = [];
  let next: "before" | "after" | undefined;
  return {
    sent,
    failNext(when) {
      next = when;
    },
    async call(command, ...args) {
      sent.push(command);
      if (!next || !command.startsWith("EVAL")) return redis.call(command, ...args);
      if (next === "before") {
        next = undefined;
        throw new Error("the connection was lost");
      }
      await redis.call(command, ...args); // NOSCRIPT has no effect: the next one counts.
      next = undefined;
      throw new Error("the connection was lost");
    },
  };
}
