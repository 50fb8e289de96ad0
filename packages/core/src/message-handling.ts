import type { Connection } from "./connection-store.ts";
import type { HubContext, Invocation } from "./hub-context.ts";
import type { ServerFrame } from "./server-frames.ts";

/** The handling of one WebSocket message: what its frames share. */
export interface MessageHandling {
  readonly context: HubContext;
  readonly invocation: Invocation;
  readonly connectionId: string;
  /** Set if the gateway's own limits allow none of it now. */
  readonly retryAfterMs: number | undefined;
  /** The connection as it is now; undefined before `hello`. */
  connection: Connection | undefined;
  /** Whether `connection` is what the gateway carried, not what the store has. */
  isCarried: boolean;
  /** Answers, in order. */
  readonly replies: ServerFrame[];
  /** Set once the connection is to be closed: no further frame is handled. */
  close: { code: number; reason: string } | undefined;
}
