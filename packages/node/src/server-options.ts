import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock, ConnectionStore, Logger, Pusher, RoomLog } from "@hubbub/core";

/** What a platform lets through on each connection, in each direction. */
export interface TrafficLimits {
  /** WebSocket messages in a second. */
  messagesPerSecond: number;
  /** Bytes of messages in a second. */
  bytesPerSecond: number;
  /** Bytes of one message. */
  maxMessageBytes: number;
}

/** Options of `attach`; `serve` takes them, too. */
export interface AttachOptions {
  /** The path of the WebSocket. (Default: "/") */
  path?: string;
  /** Who is connected. (Default: in memory, for one process) */
  store?: ConnectionStore;
  /** The rooms' logs. (Default: in memory, lost with the process) */
  log?: RoomLog;
  /**
   * Turns the pusher of this process into one that reaches the connections of others, too.
   * (Default: this process is the only one)
   */
  backplane?: (local: Pusher) => Pusher;
  /** Called once when the server has closed: closes what the backend has opened. (Default: nothing) */
  close?: () => Promise<void>;
  /** A connection with more unread bytes is dropped with 1013. (Default: 1 MiB) */
  maxBufferedBytes?: number;
  /** Further clients are refused with 503. (Default: no bound) */
  maxConnections?: number;
  /** How often each socket is pinged; one that does not answer by the next time is dropped. (Default: 25,000) */
  pingMs?: number;
  /**
   * The age at which a connection is told `bye` and closed with 1000, in milliseconds; clients move to another
   * one before. For platforms and proxies that cut connections. (Default: never)
   */
  maxAgeMs?: number;
  /**
   * For platforms that limit each connection: what is pushed waits its turn and leaves as fewer messages, what a
   * client sends beyond the limits is answered with `rate_limited`. (Default: no bound)
   */
  traffic?: TrafficLimits;
  /**
   * Turns the code of every close by the server into the one that leaves, for platforms that count some of them
   * as failures. Clients know the reason by the frame before it. (Default: as it is)
   */
  closeCode?: (code: number) => number;
  /** How long a client may take to say `hello` before it is closed with 4408. (Default: 10,000) */
  helloTimeoutMs?: number;
  /** How long `close()` waits for clients to leave and for work to end. (Default: 10,000) */
  drainMs?: number;
  /** Where failures are reported. (Default: the console) */
  logger?: Logger;
  /** (Default: the system's clock) */
  clock?: Clock;
  /** (Default: `Math.random`) */
  random?: () => number;
  /** Unguessable ids. (Default: `crypto.randomUUID`) */
  id?: () => string;
}

/** Options of `serve`. */
export interface ServeOptions extends AttachOptions {
  /** The port; 0 takes a free one. (Default: 4000) */
  port?: number;
  /** The address to listen on. (Default: all of this machine's) */
  host?: string;
  /** Where load balancers ask for the server's health. (Default: "/health") */
  healthPath?: string;
  /** Whether SIGTERM and SIGINT drain the server; a second one ends the process. (Default: true) */
  signals?: boolean;
  /**
   * Sees every request before anything else does, upgrades included, and may take headers away. If it throws,
   * the request is answered with 500. (Default: nothing)
   */
  onRequest?: (request: IncomingMessage) => void;
  /** Answers HTTP requests for all other paths, for your page or API. (Default: 404) */
  handler?: (request: IncomingMessage, response: ServerResponse) => unknown;
}
