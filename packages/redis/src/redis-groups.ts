import type { Logger, PusherGroups } from "@hubbub/core";
import type { RedisChannels } from "./redis-channels.ts";
import { decodeBroadcast, encodeBroadcast } from "./redis-envelope.ts";
import { createRedisGroupTable } from "./redis-group-table.ts";

/** The groups of one process, as far as the backplane knows them. */
export interface RedisGroups extends Pick<PusherGroups, "join" | "broadcast"> {
  /** Takes a connection of this process out of a group; false if none of this process was in it. */
  leave(name: string, connectionId: string): Promise<boolean>;
  /** Hands a message of another process to this one's members. */
  receive(channel: string, message: string): Promise<void>;
}

/** What the groups need. */
export interface RedisGroupsParts {
  /** Of this process: its own broadcasts come back to it and are passed over. */
  readonly self: string;
  /** Begins the channel of every group. */
  readonly channelPrefix: string;
  readonly local: PusherGroups;
  readonly channels: RedisChannels;
  readonly logger: Logger | undefined;
  /** Answers how many processes listen. */
  publish(channel: string, message: string): Promise<number>;
}

/** Creates them: a process listens to the channel of a group as long as it has members of it. */
export function createRedisGroups(parts: RedisGroupsParts): RedisGroups {
  const { self, local, logger, publish } = parts;
  const table = createRedisGroupTable(parts.channels, parts.channelPrefix);

  return {
    async join(name, connectionId) {
      const group = table.take(name);
      group.members.add(connectionId);
      group.joining += 1;
      try {
        // First the subscription: a member whom no broadcast reaches is none.
        await table.subscribe(group);
        if (group.members.has(connectionId)) await local.join(name, connectionId);
      } catch (error) {
        group.members.delete(connectionId);
        table.sweep(group);
        throw error;
      } finally {
        group.joining -= 1;
      }
    },

    async leave(name, connectionId) {
      const group = table.find(table.channelOf(name));
      const known = group?.members.delete(connectionId) ?? false;
      if (group) table.sweep(group);
      await local.leave(name, connectionId);
      return known;
    },

    async broadcast(name, text, { except = [] } = {}) {
      const channel = table.channelOf(name);
      const group = table.find(channel);
      // Both begin at once: members of this process do not wait for Redis.
      const [count, listening] = await Promise.all([
        local.broadcast(name, text, { except }),
        publish(channel, encodeBroadcast({ from: self, except, text })),
      ]);
      if (group && except.length === 0) table.reached(group, count);
      return listening > (group ? 1 : 0) ? undefined : count;
    },

    async receive(channel, message) {
      const group = table.find(channel);
      if (!group) return;
      const broadcast = decodeBroadcast(message);
      if (!broadcast) {
        logger?.warn("something that is no broadcast came on a channel of the backplane");
      } else if (broadcast.from !== self) {
        const { text, except } = broadcast;
        const count = await local.broadcast(group.name, text, { except });
        if (except.length === 0) table.reached(group, count);
      }
    },
  };
}
