/**
 * What became of a push: `sent` (handed over), `gone` (the connection no longer exists), `throttled`
 * (worth another try: a rate limit, a full buffer, a time-out), `too-large` (never worth another try).
 */
export type PushResult = "sent" | "gone" | "throttled" | "too-large";

/** Whom a broadcast leaves out. */
export interface BroadcastOptions {
  /** Connection ids that don't get it. */
  except?: readonly string[];
}

/** For platforms that fan out by themselves: Azure groups, one Node process, a Redis backplane. */
export interface PusherGroups {
  /** MUST be idempotent, as MUST `leave`. A connection that does not exist may be ignored. */
  join(group: string, connectionId: string): Promise<void>;
  leave(group: string, connectionId: string): Promise<void>;
  /** Answers how many connections it was handed to, where the platform tells. */
  broadcast(group: string, text: string, options?: BroadcastOptions): Promise<number | undefined>;
}

/**
 * A hint to connected clients: it may be lost, doubled or reordered, and the log repairs that.
 *
 * `send` MUST answer `gone` only for a connection that is known not to exist, never for a
 * configuration error such as 403, MUST reject on anything that is none of the four results, and MUST
 * settle: it has a time-out of its own.
 */
export interface Pusher {
  /** Sends one WebSocket text message. */
  send(connectionId: string, text: string): Promise<PushResult>;
  /** Closes a connection. MUST NOT reject if there is none. */
  close(connectionId: string, code: number, reason: string): Promise<void>;
  /** Absent where every member is sent to on its own. */
  readonly groups?: PusherGroups;
}
