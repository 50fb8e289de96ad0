import type { Chat } from "./chat.ts";
import type { ConnectionStore } from "./connection-store.ts";
import type { FanOutQueue } from "./fan-out-queue.ts";
import type { FanOutReport, Hub, TransportEvent } from "./hub-types.ts";
import type { Ports } from "./ports.ts";
import type { Presence } from "./presence.ts";
import type { Pusher } from "./pusher.ts";
import type { RateLimiter } from "./rate-limiter.ts";
import type { RecentIds } from "./recent-ids.ts";
import type { RoomLog } from "./room-log.ts";

/** What a hub is made of: what {@link createHub} takes besides the chat. */
export interface HubOptions extends Ports {
  store: ConnectionStore;
  log: RoomLog;
  pusher: Pusher;
  /** Takes what a fan-out can't finish before its deadline. (Default: it is left to the log) */
  queue?: FanOutQueue | undefined;
  /**
   * With a `queue`: a message for a room whose members don't come as one page of so many goes to the
   * queue as a whole, before the first push. (Default: never)
   */
  fanOutAbove?: number;
  /** The age at which the platform cuts connections, in milliseconds; clients move before. (Default: never) */
  maxAgeMs?: number | undefined;
  /**
   * True where the gateway carries connections for the hub, as `connection` of a {@link TransportEvent}:
   * then a kick from a room closes the connection as well, since what is carried still has the room. The
   * client comes back to its other rooms. (Default: false)
   */
  carriesConnections?: boolean;
  /** Pushes under way at once in one fan-out. (Default: 64) */
  concurrency?: number;
  /** Members read at once in one fan-out. (Default: 1,000) */
  pageSize?: number;
}

/** What the parts of a hub share. */
export interface HubContext extends HubOptions {
  readonly chat: Chat;
  readonly presence: Presence;
  readonly limiters: {
    readonly connection: RateLimiter;
    readonly user: RateLimiter;
    /** Those who go on after being told to wait. */
    readonly floods: RateLimiter;
    /** Those who send what is no frame. */
    readonly badFrames: RateLimiter;
  };
  /** Connections that have said `hello` to this process. */
  readonly welcomed: RecentIds;
}

/** One call of a gateway: what it started must settle before it ends. */
export interface Invocation {
  readonly deadlineAt: number | undefined;
  /** The hub that hooks get: what they start belongs to this invocation. */
  readonly hub: Hub;
  /** Adds work that the answer does not wait for. */
  track(work: Promise<unknown>): void;
  /** Adds a fan-out that the answer does not wait for. */
  trackFanOut(work: Promise<FanOutReport>): void;
  /** Adds a push of presence: it begins once the answer is ready, and may wait for its window. */
  trackPresence(begin: () => Promise<unknown>): void;
  /** Resolves when all of it has settled. Never rejects. */
  done(): Promise<FanOutReport[]>;
  /** Resolves when all of it has settled but presence, which is a hint. Never rejects. */
  settled(): Promise<FanOutReport[]>;
}
