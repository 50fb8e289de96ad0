import type { Pusher } from "@hubbub/core";

/** A pusher that knows who is not there yet, and who is no more. */
export interface EventPusher extends Pusher {
  /**
   * Runs the work of a `connect`: the connection is not there before it is answered, so its groups are
   * collected for the answer.
   */
  whileConnecting<T>(connectionId: string, work: (groups: Set<string>) => Promise<T>): Promise<T>;
  /** Runs the work of a `disconnected`: the service has taken the connection out of its groups itself. */
  whileGone<T>(connectionId: string, work: () => Promise<T>): Promise<T>;
}

/** Creates a pusher that saves the requests which would be in vain. */
export function createEventPusher(pusher: Pusher): EventPusher {
  const connecting = new Map<string, Set<string>>();
  const gone = new Map<string, number>();
  const { groups } = pusher;

  return {
    async send(connectionId, text) {
      if (connecting.has(connectionId)) return "throttled"; // Later there may be somebody.
      return pusher.send(connectionId, text);
    },
    async close(connectionId, code, reason) {
      if (!gone.has(connectionId)) await pusher.close(connectionId, code, reason);
    },
    ...(groups && {
      groups: {
        async join(group, connectionId) {
          const collected = connecting.get(connectionId);
          if (collected) collected.add(group);
          else await groups.join(group, connectionId);
        },
        async leave(group, connectionId) {
          if (gone.has(connectionId)) return;
          if (!connecting.get(connectionId)?.delete(group)) await groups.leave(group, connectionId);
        },
        broadcast: (group, text, options) => groups.broadcast(group, text, options),
      },
    }),
    async whileConnecting(connectionId, work) {
      const collected = connecting.get(connectionId) ?? new Set();
      connecting.set(connectionId, collected);
      try {
        return await work(collected);
      } finally {
        if (connecting.get(connectionId) === collected) connecting.delete(connectionId);
      }
    },
    async whileGone(connectionId, work) {
      gone.set(connectionId, (gone.get(connectionId) ?? 0) + 1);
      try {
        return await work();
      } finally {
        const others = (gone.get(connectionId) ?? 1) - 1;
        if (others > 0) gone.set(connectionId, others);
        else gone.delete(connectionId);
      }
    },
  };
}
