import type { Logger } from "@hubbub/core";
import type { RedisSubscriberLike } from "./redis-client.ts";
import { stripCommand } from "./redis-errors.ts";
import { inTime } from "./redis-requests.ts";

/** The channels that a process listens to. */
export interface RedisChannels {
  /** Resolves when Redis has confirmed. After a reject the channel is no longer wanted. */
  subscribe(channel: string): Promise<void>;
  /** Rejects never: what still comes finds nobody. */
  unsubscribe(channel: string): void;
  /** Listens as soon as it can, now or after the next reconnect. */
  keep(channel: string): void;
}

const AT_ONCE = 500;

/**
 * Listens on one connection. After each reconnect it subscribes anew to what is wanted, so it does not
 * depend on the client's own `autoResubscribe`.
 */
export function createRedisChannels(
  subscriber: RedisSubscriberLike,
  { timeoutMs, logger }: { timeoutMs: number; logger: Logger | undefined },
  onMessage: (channel: string, message: string) => void,
): RedisChannels {
  const wanted = new Set<string>();

  function warn(error: unknown): void {
    stripCommand(error);
    logger?.warn("Redis did not take a subscription; heartbeats repair what is missed", { error });
  }

  subscriber.on("message", onMessage);
  subscriber.on("ready", () => {
    const channels = [...wanted];
    for (let start = 0; start < channels.length; start += AT_ONCE) {
      subscriber.subscribe(...channels.slice(start, start + AT_ONCE)).catch(warn);
    }
  });

  function unsubscribe(channel: string): void {
    wanted.delete(channel);
    subscriber.unsubscribe(channel).catch(warn);
  }

  return {
    async subscribe(channel) {
      wanted.add(channel);
      try {
        await inTime(() => subscriber.subscribe(channel), timeoutMs, "SUBSCRIBE");
      } catch (error) {
        unsubscribe(channel); // It may have come through all the same.
        throw error;
      }
    },
    unsubscribe,
    keep(channel) {
      wanted.add(channel);
      subscriber.subscribe(channel).catch(warn);
    },
  };
}
