/** The least of an ioredis client that is needed; `Redis` and `Cluster` have it. */
export interface RedisLike {
  /** Sends any command; its keys, for a cluster, are found by the command's name. */
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
}

/**
 * The least of an ioredis client that subscribes: a connection of its own, since Redis takes nothing
 * but subscriptions on it from then on. `client.duplicate()` makes one.
 */
export interface RedisSubscriberLike {
  subscribe(...channels: string[]): Promise<unknown>;
  unsubscribe(...channels: string[]): Promise<unknown>;
  on(event: "message", listener: (channel: string, message: string) => void): unknown;
  /** Each time that a connection is up. */
  on(event: "ready", listener: () => void): unknown;
}

/** A client of yours, whose duplicate subscribes: a `Redis` of ioredis, or a `Cluster`. */
export interface RedisClientLike extends RedisLike {
  duplicate(): RedisSubscriberLike & {
    on(event: "error", listener: (error: Error) => void): unknown;
    disconnect(): void;
  };
}
