import { encodeKey } from "@hubbub/core/keys";
import type { RedisChannels } from "./redis-channels.ts";

/** A group with members in this process. */
interface RedisGroup {
  readonly name: string;
  readonly channel: string;
  readonly members: Set<string>;
  /** Joins under way: their members are not in the local group yet. */
  joining: number;
  subscribed: Promise<void> | undefined;
}

/** The groups that this process listens for. */
export interface RedisGroupTable {
  channelOf(name: string): string;
  find(channel: string): RedisGroup | undefined;
  /** The group with this name, a new one if there is none. */
  take(name: string): RedisGroup;
  /** Resolves once the process listens for it. */
  subscribe(group: RedisGroup): Promise<void>;
  /** Forgets a group without members. */
  sweep(group: RedisGroup): void;
  /** Sockets end without a word to the backplane: a group whose messages reach nobody is forgotten. */
  reached(group: RedisGroup, count: number | undefined): void;
}

/** Creates an empty table. */
export function createRedisGroupTable(
  channels: RedisChannels,
  channelPrefix: string,
): RedisGroupTable {
  const groups = new Map<string, RedisGroup>();
  const channelOf = (name: string) => channelPrefix + encodeKey(name);

  function drop(group: RedisGroup): void {
    if (groups.get(group.channel) !== group) return;
    groups.delete(group.channel);
    channels.unsubscribe(group.channel);
  }

  return {
    channelOf,
    find: (channel) => groups.get(channel),
    take(name) {
      const channel = channelOf(name);
      let group = groups.get(channel);
      if (!group) {
        group = { name, channel, members: new Set(), joining: 0, subscribed: undefined };
        groups.set(channel, group);
      }
      return group;
    },
    async subscribe(group) {
      group.subscribed ??= channels.subscribe(group.channel);
      const { subscribed } = group;
      try {
        await subscribed;
      } catch (error) {
        if (group.subscribed === subscribed) group.subscribed = undefined;
        throw error;
      }
    },
    sweep(group) {
      if (group.members.size === 0) drop(group);
    },
    reached(group, count) {
      if (count === 0 && group.joining === 0) drop(group);
    },
  };
}
