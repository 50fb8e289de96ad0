import { randomUUID } from "node:crypto";
import { InvalidArgumentError, type Logger, type Pusher, type PusherGroups } from "@hubbub/core";
import { createRedisChannels } from "./redis-channels.ts";
import type { RedisLike, RedisSubscriberLike } from "./redis-client.ts";
import { decodeOrder, encodeOrder, type RedisOrder } from "./redis-envelope.ts";
import { createRedisGroups, type RedisGroups } from "./redis-groups.ts";
import { checkCall, type RedisOptions, resolveRedisOptions } from "./redis-options.ts";
import { createRecentPairs } from "./redis-recent-pairs.ts";
import { createRedisRequests } from "./redis-requests.ts";

/** Options of {@link createRedisBackplane}. */
export interface RedisBackplaneOptions extends RedisOptions {
  /** A connection that does nothing but subscribe, such as `redis.duplicate()`. */
  subscriber: RedisSubscriberLike;
  /** Is told of subscriptions that fail and of messages that are none. (Default: nobody is) */
  logger?: Logger | undefined;
  /** An id of this process, unique among all. (Default: a UUID) */
  id?: (() => string) | undefined;
}

/**
 * Creates a backplane: it turns the pusher of a process into one that reaches the connections of all
 * processes with the same Redis and prefix. A message for a room is one PUBLISH, however many processes
 * there are, and goes only to those with members of it; own members get it at once. It is a hint as every
 * push is: what a broken subscription loses, clients fetch with their next heartbeat.
 *
 * A push to a single connection that is not here is handed to the other processes and answered `sent`:
 * nobody can know that a connection is `gone` while a process may be out of reach.
 *
 * @param redis The client that publishes.
 * @param options The subscriber, prefix, bounds.
 * @returns What `serve` takes as its `backplane`.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createRedisBackplane(
  redis: RedisLike,
  options: RedisBackplaneOptions,
): (local: Pusher) => Pusher {
  const resolved = resolveRedisOptions(redis, options);
  const { subscriber, logger, id = randomUUID } = options;
  checkCall("subscriber", subscriber, "subscribe", "unsubscribe", "on");
  const requests = createRedisRequests(redis, resolved);
  const orders = `{${resolved.prefix}}:all`;

  return (local) => {
    if (!local.groups) throw new InvalidArgumentError("backplane: the local pusher has no groups");
    const self = id();
    const publish = async (channel: string, message: string) =>
      Number(await requests.command("broadcast", "PUBLISH", channel, message));
    const tellOthers = async (order: RedisOrder) => {
      await publish(orders, encodeOrder(self, order));
    };
    const channels = createRedisChannels(
      subscriber,
      { ...resolved, logger },
      (channel, message) => {
        const handled = channel === orders ? obey(message) : groups.receive(channel, message);
        handled.catch((error: unknown) =>
          logger?.error("a message could not be handed on", { error }),
        );
      },
    );
    const channelPrefix = `{${resolved.prefix}}:g:`;
    const groups = createRedisGroups({
      ...{ self, channelPrefix, local: local.groups, channels, logger, publish },
    });
    const obeyOrder = createObedience(local, groups);
    const obey = async (message: string) => {
      const order = decodeOrder(message);
      if (!order) logger?.warn("something that is no order came on a channel of the backplane");
      else if (order.from !== self) await obeyOrder(order);
    };
    channels.keep(orders);

    return {
      groups: createForwardingGroups(groups, tellOthers),
      async send(connectionId, text) {
        const result = await local.send(connectionId, text);
        if (result !== "gone") return result;
        await tellOthers({ do: "send", id: connectionId, text });
        return "sent";
      },
      async close(connectionId, code, reason) {
        await local.close(connectionId, code, reason);
        await tellOthers({ do: "close", id: connectionId, code, reason });
      },
    };
  };
}

/** Leaves for connections of other processes go there, and so does the join that undoes one. */
function createForwardingGroups(
  groups: RedisGroups,
  tellOthers: (order: RedisOrder) => Promise<void>,
): PusherGroups {
  const forwarded = createRecentPairs();
  return {
    broadcast: groups.broadcast,
    async join(group, id) {
      // Whose connection it is can't be known here: the others join it only if they let it go.
      if (forwarded.take(group, id)) await tellOthers({ do: "join", id, group });
      await groups.join(group, id);
    },
    async leave(group, id) {
      if (await groups.leave(group, id)) return;
      forwarded.add(group, id);
      await tellOthers({ do: "leave", id, group });
    },
  };
}

/** Does what other processes ask, for connections that are here. */
function createObedience(
  local: Pusher,
  groups: RedisGroups,
): (order: RedisOrder) => Promise<unknown> {
  const released = createRecentPairs();
  return async (order) => {
    const { id } = order;
    if (order.do === "send") return local.send(id, order.text);
    if (order.do === "close") return local.close(id, order.code, order.reason);
    if (order.do === "join") return released.take(order.group, id) && groups.join(order.group, id);
    if (await groups.leave(order.group, id)) released.add(order.group, id);
  };
}
