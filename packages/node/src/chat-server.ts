import type { EventDefinitions, Hub } from "@hubbub/core";

/** What a load balancer is told. */
export interface Health {
  /** `draining`: the server is closing and takes no new clients. */
  status: "ok" | "draining";
  /** How many sockets it holds. */
  connections: number;
}

/** A chat that is being served. */
export interface ChatServer<E extends EventDefinitions = EventDefinitions> {
  /** The port that the HTTP server listens on; 0 while it does not listen. */
  readonly port: number;
  /** The WebSocket's URL, as seen from this machine. */
  readonly url: string;
  /** Publishes, signals, lists and kicks from your own code. */
  readonly hub: Hub<E>;
  /** How many sockets it holds. */
  connections(): number;
  /** What the health path answers, for a route of your own. */
  health(): Health;
  /**
   * Drains: new clients are refused, clients are told to go elsewhere, work in progress ends and is
   * answered; after `drainMs` at most, what is left is closed. Calling it again changes nothing.
   */
  close(): Promise<void>;
}
