import type { Logger } from "@hubbub/core";
import type { DelayRange } from "../../shared/delay-range.ts";
import type { LocalClock } from "../../shared/local-clock.ts";
import type { TlsOptions } from "../../shared/loopback-server.ts";
import type { TokenBucketOptions } from "../../shared/token-bucket.ts";
import type { AnyLambdaHandler } from "../lambda/lambda-handler.ts";
import type { GatewayFaults } from "./gateway-faults.ts";
import type { AwsCredentials } from "./signature.ts";
import type { AuthorizerEvent, WebSocketEvent } from "./web-socket-event.ts";

/** A route and what becomes of its answer. */
export interface RouteOptions {
  handler: AnyLambdaHandler<WebSocketEvent>;
  /** True: the answer's `body` goes to the client, as with a route response on AWS. (Default: false) */
  routeResponse?: boolean;
}

/** A Lambda authorizer of the type REQUEST; it is asked at `$connect` only. */
export interface AuthorizerOptions {
  /** Answers a policy, throws `Error("Unauthorized")` for 401, or anything else for 500. */
  handler: AnyLambdaHandler<AuthorizerEvent>;
  /**
   * `route.request.header.<name>` and `route.request.querystring.<name>`: without one of them the
   * client gets 401 and the handler is not asked. (Default: none)
   */
  identitySources?: readonly string[];
  /** True: `requestContext.authorizer` is in all events; false: in `$connect`'s only. (Default: false) */
  onEveryEvent?: boolean;
}

/** How slow the gateway is: a range puts what comes close together out of order. */
export interface GatewayLatency {
  /** From an event to its handler's call, in milliseconds. (Default: 0) */
  invokeMs?: DelayRange;
  /** From a request to `@connections` to its effect, in milliseconds. (Default: 0) */
  managementMs?: DelayRange;
}

/** Options for {@link createLocalApiGateway}. */
export interface LocalApiGatewayOptions {
  /** The handlers by route key: `$connect`, `$default`, `$disconnect`, and keys of your own. */
  routes: Readonly<Record<string, AnyLambdaHandler<WebSocketEvent> | RouteOptions>>;
  /** Where a message names its route: `$request.body.` and a path. (Default: `$request.body.action`) */
  routeSelectionExpression?: string;
  /** (Default: none, everybody may connect) */
  authorizer?: AuthorizerOptions;
  /** 0 takes a free one: see `port` of the gateway. (Default: 0) */
  port?: number;
  /** (Default: `"prod"`) */
  stage?: string;
  /** (Default: `"local12345"`) */
  apiId?: string;
  /** `requestContext.domainName` of all events. (Default: 127.0.0.1 and the port) */
  domainName?: string;
  /** (Default: `"us-east-1"`) */
  region?: string;
  /** (Default: `"000000000000"`) */
  accountId?: string;
  /** Serves WSS and HTTPS. (Default: neither) */
  tls?: TlsOptions;
  /** Requests to `@connections` must be signed with these. (Default: any signature will do) */
  credentials?: AwsCredentials;
  /** How many requests to `@connections` are answered; others get 429. AWS: 10,000/s, 5,000. (Default: all) */
  throttle?: TokenBucketOptions;
  /** A post to a client with more unread bytes than this gets 429. (Default: 1 MiB) */
  maxBufferedBytes?: number;
  /** How long a handler may take, in milliseconds. (Default: 29,000) */
  integrationTimeoutMs?: number;
  /** How long a connection may be silent in both directions, in milliseconds. (Default: 10 minutes) */
  idleTimeoutMs?: number;
  /** How long a connection may last, in milliseconds. (Default: 2 hours) */
  maxConnectionMs?: number;
  latency?: GatewayLatency;
  /** Asked at every step; may be changed while the gateway runs. (Default: no faults) */
  faults?: GatewayFaults;
  /** Draws the latencies; see `createSeededRandom`. (Default: `Math.random`) */
  random?: () => number;
  /** (Default: the system's) */
  clock?: LocalClock;
  /** Told of handlers that failed. (Default: the console) */
  logger?: Pick<Logger, "error">;
}
