import type { Connection, ConnectionStore, Member, User } from "@hubbub/core";
import { expect } from "vitest";
import type { RequestCounts } from "../counting-meter.ts";
import type { DefineCase } from "./define-case.ts";

/** What the contract needs from the adapter under test. */
export interface ConnectionStoreContractOptions {
  /** Returns an empty store that shares nothing with the stores returned before. */
  createStore: () => ConnectionStore | Promise<ConnectionStore>;
  /** The store's clock, in milliseconds since the Unix epoch. */
  now: () => number;
  /** Moves the store's clock by `ms` milliseconds. A store without a virtual clock waits. */
  advance: (ms: number) => void | Promise<void>;
  /** Another store on the same backend, as the next invocation has it. (Default: the same object) */
  reopen?: (store: ConnectionStore) => ConnectionStore | Promise<ConnectionStore>;
  /** The unit of the leases that the cases use; raise it for a coarse clock, lower it for a real one. (Default: 60,000) */
  leaseMs?: number;
  /** How long a closed id is remembered at least. (Default: 24 hours) */
  tombstoneMs?: number;
  /** How many members the big room has; more than one page of the backend. (Default: 1,050) */
  crowd?: number;
  /** Makes the next write to the backend fail, before or after its effect. Leave it out if that can't be done. */
  failNext?: (when: "before" | "after") => void;
  /** How many writes an open may take: 2 where the users' index is not kept by the backend. (Default: 1) */
  openWrites?: number;
  /**
   * Whether the platform can give out an id, where it gives memberships as well and takes only its own ids.
   * (Default: any string)
   */
  isConnectionId?: (id: string) => boolean;
  /** What the store has reported so far. Leave it out if it reports to no meter. */
  counts?: () => RequestCounts;
}

/** The options with their defaults, and what the cases share. */
export interface ConnectionKit {
  readonly define: DefineCase;
  readonly options: ConnectionStoreContractOptions;
  readonly leaseMs: number;
  readonly tombstoneMs: number;
  readonly crowd: number;
  create(): Promise<ConnectionStore>;
  reopen(store: ConnectionStore): Promise<ConnectionStore>;
  advance(ms: number): Promise<void>;
  /** A connection with a lease of `leaseMs`. */
  connection(connectionId: string, extra?: Partial<Connection>): Connection;
  /** Opens a connection and joins it to rooms. */
  enter(store: ConnectionStore, connectionId: string, ...rooms: string[]): Promise<void>;
}

const HOUR_MS = 60 * 60 * 1000;

export function createConnectionKit(
  options: ConnectionStoreContractOptions,
  define: DefineCase,
): ConnectionKit {
  const { now, leaseMs = 60_000, tombstoneMs = 24 * HOUR_MS, crowd = 1_050 } = options;
  const connection: ConnectionKit["connection"] = (connectionId, extra) => ({
    connectionId,
    user: { userId: `user-of-${connectionId}`, name: "Ann" },
    protocol: "hubbub.v1",
    rooms: [],
    connectedAt: now(),
    expiresAt: now() + leaseMs,
    ...extra,
  });
  return {
    define,
    options,
    leaseMs,
    tombstoneMs,
    crowd,
    create: async () => options.createStore(),
    reopen: async (store) => options.reopen?.(store) ?? store,
    advance: async (ms) => options.advance(ms),
    connection,
    async enter(store, connectionId, ...rooms) {
      expect(await store.open(connection(connectionId))).toBe(true);
      for (const room of rooms) expect(await store.join(connectionId, room)).toBe(true);
    },
  };
}

const MAX_PAGES = 5_000;

/** Reads all pages of a room, `limit` rows each. */
export async function readMembers(
  store: ConnectionStore,
  room: string,
  limit = 100,
): Promise<Member[]> {
  const members: Member[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await store.members(room, { cursor, limit });
    expect(page.members.length).toBeLessThanOrEqual(limit);
    members.push(...page.members);
    cursor = page.cursor;
    if (cursor === undefined) return members;
  }
  throw new Error(`members still gave a cursor after ${MAX_PAGES} pages`);
}

/** The connection ids in a room, sorted; each as often as it came. */
export async function memberIds(
  store: ConnectionStore,
  room: string,
  limit = 100,
): Promise<string[]> {
  return (await readMembers(store, room, limit)).map(({ connectionId }) => connectionId).sort();
}

/** The connection ids that a room reports as expired. */
export async function expiredIds(store: ConnectionStore, room: string): Promise<string[]> {
  const expired: string[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await store.members(room, { cursor, limit: 1 });
    expired.push(...(page.expired ?? []));
    cursor = page.cursor;
    if (cursor === undefined) break;
  }
  return expired;
}

/** Expects that a connection is nowhere to be seen, and that nothing brings it back. */
export async function expectNoTrace(
  store: ConnectionStore,
  connection: { connectionId: string; user: User },
  room: string,
  at: number,
): Promise<void> {
  const { connectionId, user } = connection;
  // Twice: what the first round tries must leave nothing behind either.
  for (let round = 0; round < 2; round++) {
    expect(await store.get(connectionId)).toBeUndefined();
    expect(await memberIds(store, room)).not.toContain(connectionId);
    expect(await expiredIds(store, room)).not.toContain(connectionId);
    expect(await store.count(room)).toBe((await readMembers(store, room)).length);
    expect(await store.connectionsOf(user.userId)).not.toContain(connectionId);
    expect(await store.join(connectionId, room)).toBe(false);
    expect(await store.touch(connectionId, at + 1_000_000_000)).toBe(false);
  }
}
