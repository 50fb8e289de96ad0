import type { HubMessage } from "./hub-message.ts";
import type { Permissions } from "./permissions.ts";
import type { Cookies } from "./upstream/cookies.ts";

/** The protocol that a client speaks: plain payloads, JSON frames, or JSON frames with recovery. */
export type ClientProtocol = "simple" | "json" | "reliable";

/** Who a connection is. */
export interface ConnectionIdentity {
  readonly id: string;
  readonly hub: string;
  readonly userId: string | undefined;
  readonly subprotocol: string | undefined;
}

/** A client of a hub, from the answer to its `connect` event on. */
export interface HubConnection extends ConnectionIdentity {
  readonly protocol: ClientProtocol;
  readonly permissions: Permissions;
  /** Changed by the hub only. */
  readonly groups: Set<string>;
  /** The value of `ce-connectionState`. */
  state: string | undefined;
  /** The `ce-id` of the next event. */
  nextEventId: number;
  readonly cookies: Cookies;
  /** Sends it a message, or keeps the message for it. */
  deliver(message: HubMessage): void;
  /** Ends it, with a reason for the client and for `disconnected`. */
  close(reason: string): void;
}

/** The connections of one hub. */
export interface Hub {
  readonly name: string;
  add(connection: HubConnection): void;
  /** Forgets a connection; false if it is not there. */
  remove(connection: HubConnection): boolean;
  get(id: string): HubConnection | undefined;
  /** All connections, oldest first. */
  all(): HubConnection[];
  inGroup(group: string): HubConnection[];
  ofUser(userId: string): HubConnection[];
  join(connection: HubConnection, group: string): void;
  leave(connection: HubConnection, group: string): void;
}

/** Creates a hub that nobody is connected to. */
export function createHub(name: string): Hub {
  const connections = new Map<string, HubConnection>();
  const groups = createIndex();
  const users = createIndex();

  function leave(connection: HubConnection, group: string): void {
    connection.groups.delete(group);
    groups.remove(group, connection);
  }

  return {
    name,
    add(connection) {
      connections.set(connection.id, connection);
      for (const group of connection.groups) groups.add(group, connection);
      if (connection.userId !== undefined) users.add(connection.userId, connection);
    },
    remove(connection) {
      for (const group of connection.groups) leave(connection, group);
      if (connection.userId !== undefined) users.remove(connection.userId, connection);
      return connections.delete(connection.id);
    },
    get: (id) => connections.get(id),
    all: () => [...connections.values()],
    inGroup: groups.list,
    ofUser: users.list,
    join(connection, group) {
      if (!connections.has(connection.id)) return;
      connection.groups.add(group);
      groups.add(group, connection);
    },
    leave,
  };
}

/** Connections by a key; a key without connections is gone. */
function createIndex() {
  const sets = new Map<string, Set<HubConnection>>();
  return {
    add(key: string, connection: HubConnection): void {
      const set = sets.get(key) ?? new Set();
      sets.set(key, set.add(connection));
    },
    remove(key: string, connection: HubConnection): void {
      const set = sets.get(key);
      set?.delete(connection);
      if (set?.size === 0) sets.delete(key);
    },
    list: (key: string): HubConnection[] => [...(sets.get(key) ?? [])],
  };
}
