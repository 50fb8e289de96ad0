import type { Logger, Pusher } from "@hubbub/core";
import { createMemoryPusher, type MemoryPusher } from "@hubbub/core/memory";
import type { PushedConnection } from "@hubbub/testing/contracts";
import type { Redis } from "ioredis";
import { createRedisBackplane, type RedisLike } from "../src/index.ts";
import type { RedisServer } from "./redis-server.ts";

/** One process, as far as pushing goes. */
export interface Process {
  readonly local: MemoryPusher;
  readonly pusher: Pusher & { readonly groups: NonNullable<Pusher["groups"]> };
  readonly redis: RedisLike;
  readonly subscriber: Redis;
  readonly warnings: string[];
  /** Connects a client to this process. */
  connect(): PushedConnection;
}

let connections = 0;

/** Starts the pushing part of a process on a Redis. */
export function startProcess(
  server: RedisServer,
  {
    prefix = "test",
    redis = server.client(),
    timeoutMs = 2000,
  }: { prefix?: string; redis?: RedisLike; timeoutMs?: number } = {},
): Process {
  const local = createMemoryPusher({ groups: true });
  const subscriber = server.client({ autoResubscribe: false }); // The backplane does it.
  const warnings: string[] = [];
  const add = (message: string) => void warnings.push(message);
  const logger: Logger = { warn: add, error: add };
  const backplane = createRedisBackplane(redis, { subscriber, prefix, timeoutMs, logger });
  const pusher = backplane(local);
  if (!pusher.groups) throw new Error("a backplane has groups");
  return {
    ...{ local, redis, subscriber, warnings },
    pusher: { ...pusher, groups: pusher.groups },
    connect: () => attachClient(local),
  };
}

function attachClient(local: MemoryPusher): PushedConnection {
  const connectionId = `connection-${++connections}`;
  const texts: string[] = [];
  let closed: { code: number; reason: string } | undefined;
  const drop = local.attach(connectionId, {
    receive: (text) => {
      texts.push(text);
      return "sent";
    },
    close: (code, reason) => {
      closed = { code, reason };
    },
  });
  return { connectionId, received: () => texts, closed: () => closed, drop };
}

/** How many connections listen to the channels of groups. */
export async function listeners(redis: RedisLike, prefix = "test"): Promise<number> {
  const channels = await redis.call("PUBSUB", "CHANNELS", `{${prefix}}:g:*`);
  const counts = (await redis.call("PUBSUB", "NUMSUB", ...(channels as string[]))) as unknown[];
  return counts.filter((_, index) => index % 2).reduce<number>((sum, n) => sum + Number(n), 0);
}
