import type { ConnectionStore } from "@hubbub/core";

/** What the store said of a connection's lease while a message was handled. */
export interface LeaseWatch {
  /** The end of the lease that was confirmed, in milliseconds since the Unix epoch. */
  expiresAt?: number;
  /** True if the store no longer has the connection. */
  isClosed?: boolean;
}

/** A store that tells what becomes of leases. */
export interface WatchedStore extends ConnectionStore {
  /** Begins to watch a connection. Ended by `end`. */
  watch(connectionId: string): { readonly lease: LeaseWatch; end(): void };
}

/** Creates a store that does what another does, and tells what it answers to `touch`. */
export function createWatchedStore(store: ConnectionStore): WatchedStore {
  const watches = new Map<string, Set<LeaseWatch>>();
  return {
    open: (connection) => store.open(connection),
    get: (connectionId) => store.get(connectionId),
    close: (connectionId) => store.close(connectionId),
    join: (connectionId, room) => store.join(connectionId, room),
    leave: (connectionId, room) => store.leave(connectionId, room),
    members: (room, page) => store.members(room, page),
    connectionsOf: (userId) => store.connectionsOf(userId),
    count: (room) => store.count(room),
    async touch(connectionId, expiresAt) {
      const isOpen = await store.touch(connectionId, expiresAt);
      for (const lease of watches.get(connectionId) ?? []) {
        if (isOpen) lease.expiresAt = expiresAt;
        else lease.isClosed = true;
      }
      return isOpen;
    },
    watch(connectionId) {
      const lease: LeaseWatch = {};
      const all = watches.get(connectionId) ?? new Set();
      watches.set(connectionId, all.add(lease));
      return {
        lease,
        end() {
          all.delete(lease);
          if (all.size === 0 && watches.get(connectionId) === all) watches.delete(connectionId);
        },
      };
    },
  };
}
