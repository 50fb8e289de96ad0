import type { Pusher } from "@hubbub/core";

/** A pusher that knows who is still inside `$connect`. */
export interface LambdaPusher extends Pusher {
  /** Runs `$connect` for a connection: until it has settled, nothing is posted to it. */
  whileConnecting<T>(connectionId: string, work: () => Promise<T>): Promise<T>;
}

/**
 * Creates a pusher that is there before its endpoint is known.
 *
 * @param create Creates the real one, at its first use; what it throws, the pusher rejects with.
 */
export function createLambdaPusher(create: () => Pusher): LambdaPusher {
  const connecting = new Map<string, number>();
  let real: Pusher | undefined;
  const pusher = () => {
    real ??= create();
    return real;
  };

  return {
    async send(connectionId, text) {
      // Its socket does not exist until the function has answered: a post would get 410.
      if (connecting.has(connectionId)) return "throttled";
      return pusher().send(connectionId, text);
    },
    async close(connectionId, code, reason) {
      if (!connecting.has(connectionId)) await pusher().close(connectionId, code, reason);
    },
    async whileConnecting(connectionId, work) {
      connecting.set(connectionId, (connecting.get(connectionId) ?? 0) + 1);
      try {
        return await work();
      } finally {
        const others = (connecting.get(connectionId) ?? 1) - 1;
        if (others > 0) connecting.set(connectionId, others);
        else connecting.delete(connectionId);
      }
    },
  };
}
