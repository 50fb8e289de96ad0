import type { Logger } from "@hubbub/core";
import type { LocalClock } from "../shared/local-clock.ts";
import type { TokenBucketOptions } from "../shared/token-bucket.ts";
import type { WebPubSubFaults } from "./web-pubsub-faults.ts";

/** The events that the service itself makes. */
export type SystemEvent = "connect" | "connected" | "disconnected";

/** Where the events of a hub go; one with `urlTemplate`, `handler`, or both. */
export interface WebPubSubEventHandler {
  /**
   * Where events are posted: an http or https URL in which `{hub}` and `{event}` are filled in. With a
   * `handler` it is only the URL that its requests show. (Default: `http://127.0.0.1/api/{hub}/{event}`)
   */
  urlTemplate?: string;
  /** Handles events in this process, as a function on the web's types. What it throws counts as 500. */
  handler?: (request: Request) => Response | Promise<Response>;
  /**
   * Names of user events, separated by commas: `*` alone for all; within a name `*` stands for any characters
   * but dots, `**` for any characters, `?` for one that is no dot. Without case. (Default: `*`)
   */
  userEventPattern?: string;
  /** (Default: all three) */
  systemEvents?: readonly SystemEvent[];
}

/** Settings of one hub. */
export interface WebPubSubHubOptions {
  /** The first that takes an event gets it. (Default: none) */
  eventHandlers?: readonly WebPubSubEventHandler[];
  /** Whether clients without an access token may connect. (Default: `"deny"`) */
  anonymousConnectPolicy?: "allow" | "deny";
}

/** Options for {@link createLocalWebPubSub}. */
export interface LocalWebPubSubOptions {
  /** Settings by hub; names of hubs have no case. Hubs that are not named work without handlers. (Default: none) */
  hubs?: Readonly<Record<string, WebPubSubHubOptions>>;
  /** 0 takes a free one: see `port` of the service. (Default: 0) */
  port?: number;
  /** Signs tokens and events. (Default: a well-known key, the same at every start) */
  accessKey?: string;
  /** A second key: tokens signed with it are good, events are signed with both. (Default: none) */
  secondaryKey?: string;
  /**
   * The header `WebHook-Request-Origin` of all events; geo-replicas send several, separated by commas.
   * (Default: 127.0.0.1 and the port)
   */
  webHookOrigin?: string;
  /** How many requests of the REST API are answered; others get 429 with `Retry-After`. (Default: all) */
  throttle?: TokenBucketOptions;
  /**
   * How often silent clients are pinged, in milliseconds, at most 120,000; 0 for never. A client that
   * leaves a ping unanswered is gone. (Default: 20,000; 0 with a `clock`, since pongs take real time)
   */
  keepAliveIntervalMs?: number;
  /** How long a handler may take, all retries included, in milliseconds. (Default: 100,000) */
  eventTimeoutMs?: number;
  /** How long a reliable client may be away, in milliseconds. (Default: 30,000) */
  recoveryWindowMs?: number;
  /** (Default: no faults) */
  faults?: WebPubSubFaults;
  /** (Default: the system's) */
  clock?: LocalClock;
  /** Told of handlers that failed. (Default: the console) */
  logger?: Pick<Logger, "warn">;
  /**
   * Told of every connection, event and request, in one line each, without tokens and messages.
   * (Default: nobody)
   */
  trace?: (line: string) => void;
}
