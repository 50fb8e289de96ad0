/** Pairs of a group and a connection, the newest only. */
export interface RecentPairs {
  add(group: string, connectionId: string): void;
  /** True if it was there; it no longer is. */
  take(group: string, connectionId: string): boolean;
}

const MAX_PAIRS = 1000; // A leave that fails is undone at once; an old pair is of no use.

/** Creates an empty set. */
export function createRecentPairs(): RecentPairs {
  const pairs = new Set<string>();
  const key = (group: string, connectionId: string) => JSON.stringify([group, connectionId]);
  return {
    add(group, connectionId) {
      pairs.add(key(group, connectionId));
      const [oldest] = pairs;
      if (pairs.size > MAX_PAIRS && oldest !== undefined) pairs.delete(oldest);
    },
    take: (group, connectionId) => pairs.delete(key(group, connectionId)),
  };
}
