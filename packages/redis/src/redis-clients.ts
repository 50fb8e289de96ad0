import { InvalidArgumentError, type Logger } from "@hubbub/core";
import { Redis } from "ioredis";
import type { RedisClientLike, RedisLike, RedisSubscriberLike } from "./redis-client.ts";
import { stripCommand } from "./redis-errors.ts";
import { checkCall } from "./redis-options.ts";

/** The connections of a backend. */
export interface RedisClients {
  readonly redis: RedisLike;
  readonly subscriber: RedisSubscriberLike;
  /** Rejects with what is wrong with the connection. */
  open(): Promise<void>;
  close(): Promise<void>;
}

const MAX_RETRY_MS = 1000;
const BASE_RETRY_MS = 50;
const MAX_RETRIES = 8; // About five seconds: then what waits for the connection is given up.

/**
 * Makes the two connections of a backend. They reconnect for ever; commands that were under way are sent
 * again, which every script can bear.
 *
 * @throws InvalidArgumentError if `url` is none.
 */
export function openRedisClients(url: unknown, logger: Logger): RedisClients {
  const address = checkUrl(url);
  const options = {
    ...{ lazyConnect: true, maxRetriesPerRequest: MAX_RETRIES, connectionName: "hubbub" },
    retryStrategy: (times: number) => Math.min(MAX_RETRY_MS, BASE_RETRY_MS * 2 ** (times - 1)),
  };
  const redis = new Redis(address, options);
  const subscriber = new Redis(address, options);
  const problem: { last?: unknown } = {};
  watch(redis, logger, problem);
  watch(subscriber, logger, problem);

  return {
    redis,
    subscriber,
    async open() {
      try {
        await Promise.all([redis.connect(), subscriber.connect()]);
      } catch (error) {
        throw problem.last ?? error; // The client itself says only that the connection is closed.
      }
    },
    async close() {
      redis.disconnect();
      subscriber.disconnect();
    },
  };
}

function checkUrl(url: unknown): string {
  // Never in a message: it may hold the password.
  const valid = typeof url === "string" && /^rediss?:\/\//.test(url) && URL.canParse(url);
  if (!valid) throw new InvalidArgumentError("url must begin with redis:// or rediss://");
  return url;
}

/** Says once that the connection is lost, and once that it is back. */
function watch(client: Redis, logger: Logger, problem: { last?: unknown }): void {
  let ready = false;
  let lost = false;
  client.on("error", (error: unknown) => {
    stripCommand(error);
    problem.last = error;
  });
  client.on("ready", () => {
    ready = true;
    if (lost) logger.warn("Redis is back");
    lost = false;
  });
  client.on("reconnecting", () => {
    if (ready && !lost) logger.warn("Redis is lost; reconnecting", { error: problem.last });
    lost = ready;
  });
}

/**
 * Takes a client as it is, and a duplicate of it to subscribe with.
 *
 * @throws InvalidArgumentError if it is none.
 */
export function shareRedisClient(client: RedisClientLike, logger: Logger): RedisClients {
  checkCall("client", client, "call", "duplicate");
  const subscriber = client.duplicate();
  subscriber.on("error", (error) => {
    stripCommand(error);
    logger.warn("the subscribing connection to Redis failed; it reconnects", { error });
  });
  return {
    redis: client,
    subscriber,
    open: async () => {},
    close: async () => subscriber.disconnect(),
  };
}
