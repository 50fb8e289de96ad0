/** The wire protocol that a connection speaks. */
export type ConnectionProtocol = "hubbub.v1" | "plain";

/** A user as `authenticate` returned it. It is stored as JSON and given to every hook. */
export interface User {
  /** Who it is. Public: other members see it. Stable across reconnects: retries are matched by it. */
  readonly userId: string;
  /** A name to show. Public. */
  readonly name?: string | undefined;
}

/** One open connection. */
export interface Connection<U extends User = User> {
  /** The gateway's id. It is a capability: whoever has it can push. It never leaves the server. */
  readonly connectionId: string;
  /** Whose connection it is. */
  readonly user: U;
  /** What it speaks. */
  readonly protocol: ConnectionProtocol;
  /** The rooms it is in. */
  readonly rooms: readonly string[];
  /** When it was opened, in milliseconds since the Unix epoch. */
  readonly connectedAt: number;
  /** When its lease ends, in milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  /** When its authentication ends, in milliseconds since the Unix epoch. Absent: never. */
  readonly authExpiresAt?: number | undefined;
}

/** What a member's row tells: all that a fan-out and a presence list need. */
export interface Member {
  readonly connectionId: string;
  readonly userId: string;
  readonly name?: string | undefined;
  readonly protocol: ConnectionProtocol;
}

/** A page of a room's members. */
export interface MemberPage {
  readonly members: readonly Member[];
  /** Connection ids whose lease has ended but whose rows are still there: the caller closes them. */
  readonly expired?: readonly string[];
  /** Where the next page begins; absent on the last page. */
  readonly cursor?: string | undefined;
}

/** Which page is wanted. */
export interface PageRequest {
  /** What the page before answered; absent for the first page. */
  cursor?: string | undefined;
  /** How many rows at most. A store may answer fewer, even none, and still give a cursor. */
  limit: number;
}

/**
 * Who is connected, as whom, in which rooms.
 *
 * Rows are leases: every read MUST leave out those with `expiresAt <= now`. Every operation MUST be
 * idempotent. Any string MUST be safe as a room, user or connection id: encode keys injectively.
 * After `join` resolves the next `members` MUST show it. A closed id MUST never come back, even when
 * it is closed before it is opened: leave a tombstone that outlives every retry (24 hours is enough).
 * Whatever `open`, `join` and `close` do to one id at once, the end is that of one order of them.
 */
export interface ConnectionStore {
  /**
   * Stores a connection that is in no room yet. An id that is there already takes the new user and lease
   * and keeps its rooms, but if its lease has ended it MUST be in no room: it may be somebody else's
   * now. False: the id was closed before.
   */
  open(connection: Connection): Promise<boolean>;
  get(connectionId: string): Promise<Connection | undefined>;
  /**
   * Removes a connection and its memberships, expired or not; answers what was removed, to one caller
   * at most (hooks that depend on it run once, or, where a close fails midway, not at all).
   */
  close(connectionId: string): Promise<Connection | undefined>;
  /** Makes an open connection a member. False: it is not open, and no membership may remain. */
  join(connectionId: string, room: string): Promise<boolean>;
  /** True if it was a member. */
  leave(connectionId: string, room: string): Promise<boolean>;
  /** Moves the lease of a connection and its memberships, never backwards. False: it is not open. */
  touch(connectionId: string, expiresAt: number): Promise<boolean>;
  /**
   * A cursor MUST stay good when its row is deleted, in another process, and a second time; rows that
   * are there throughout MUST come exactly once.
   */
  members(room: string, page: PageRequest): Promise<MemberPage>;
  /** All open connections of a user. */
  connectionsOf(userId: string): Promise<readonly string[]>;
  /** How many connections are in a room. */
  count(room: string): Promise<number>;
}
