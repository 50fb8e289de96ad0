import {
  type ConnectionStore,
  InvalidArgumentError,
  type Meter,
  type Pusher,
  type RoomLog,
} from "@hubbub/core";
import { checkKnown, checkRange } from "@hubbub/core/adapter";
import { checkMethods, checkTexts, MAX_TIMER_MS } from "./check-options.ts";
import type { EventPortOptions } from "./event-ports.ts";
import type { EventRequest } from "./event-request.ts";
import type { TableClientLike } from "./table-client.ts";
import type { WebPubSubClientLike } from "./web-pubsub-client.ts";
import type { TokenCredentialLike } from "./web-pubsub-sdk.ts";

/** Options of {@link createEventHandler}. */
export interface EventHandlerOptions extends EventPortOptions {
  /** The hub; events of another are refused. Not case-sensitive, as in the service. */
  hub: string;
  /** The resource's `Endpoint=…;AccessKey=…;Version=1.0;`. Its key verifies events, and pushes are signed with it. */
  connectionString?: string | undefined;
  /** In place of the connection string: `https://<name>.webpubsub.azure.com`, with a `credential` for pushes. */
  endpoint?: string | undefined;
  /** Who pushes, where there is no key: an identity with the role Web PubSub Service Owner. */
  credential?: TokenCredentialLike | undefined;
  /** More keys that verify events: the secondary one. (Default: only that of the connection string) */
  accessKeys?: readonly string[] | undefined;
  /**
   * Says whether a request is the service's, in addition to the signature, or alone where the resource
   * has no keys: check the bearer token of its managed identity here. Only `true` is a yes. It leaves
   * the body unread.
   */
  verify?: ((request: EventRequest) => boolean | Promise<boolean>) | undefined;
  /** What `?code=` of the event handler's URL has to be; several while they are changed. (Default: not looked at) */
  code?: string | readonly string[] | undefined;
  /** Hosts that validations may name, or `*`: those of replicas and custom domains, too. (Default: the endpoint's) */
  allowedOrigins?: readonly string[] | undefined;
  /** How far the time of an event may be from now, in milliseconds. (Default: 600,000) */
  timeWindowMs?: number | undefined;
  /** Events whose repetitions are recognised, the newest; 0 for none. (Default: 10,000) */
  maxRecentEvents?: number | undefined;
  /** A secret of at least 32 characters that signs the connections' state. (Default: made of the access key, else random for each process) */
  stateKey?: string | undefined;
  /** How long the state counts without a look into the store, in milliseconds. (Default: 300,000, and never longer than the lease) */
  stateTtlMs?: number | undefined;
  /** How long an answer waits for what its message began, in milliseconds, at most 2,147,483,647. (Default: 150) */
  settleMs?: number | undefined;
  /** The connection string of the storage account whose table holds connections and logs. */
  tableConnectionString?: string | undefined;
  /** In place of it: `https://<account>.table.core.windows.net`, for `credential`, which needs the role Storage Table Data Contributor. */
  tableEndpoint?: string | undefined;
  /** The table, 3 to 63 letters and digits; it must be there. (Default: `chat`) */
  tableName?: string | undefined;
  /** A `TableClient` of the table. (Default: a new one) */
  tableClient?: TableClientLike | undefined;
  /** Who is connected. (Default: the table) */
  store?: ConnectionStore | undefined;
  /** The rooms' logs. (Default: the table) */
  log?: RoomLog | undefined;
  /** (Default: Web PubSub's REST API) */
  pusher?: Pusher | undefined;
  /** A `WebPubSubServiceClient` of the hub. (Default: a new one) */
  client?: WebPubSubClientLike | undefined;
  /** Counts the requests to the service and to the table. */
  meter?: Meter | undefined;
}

const KNOWN = [
  ...["hub", "connectionString", "endpoint", "credential", "accessKeys", "verify", "code"],
  ...["allowedOrigins", "timeWindowMs", "maxRecentEvents", "stateKey", "stateTtlMs", "settleMs"],
  ...["tableConnectionString", "tableEndpoint", "tableName", "tableClient"],
  ...["store", "log", "pusher", "client", "meter", "clock", "random", "id", "logger"],
];
const STORE = "open get close join leave touch members connectionsOf count";
const HUB = /^[A-Za-z][A-Za-z0-9_`,.[\]]{0,127}$/;

/**
 * Refuses what is wrong in itself.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkEventHandlerOptions(options: EventHandlerOptions): void {
  checkKnown("createEventHandler", options, KNOWN);
  checkHub(options.hub);
  const { accessKeys = [], code = [], allowedOrigins = [], verify, stateKey } = options;
  checkTexts("accessKeys", accessKeys);
  checkTexts("code", typeof code === "string" ? [code] : code);
  checkTexts("allowedOrigins", allowedOrigins);
  if (verify !== undefined && typeof verify !== "function") {
    throw new InvalidArgumentError("verify must be a function");
  }
  if (stateKey !== undefined && !(typeof stateKey === "string" && stateKey.length >= 32)) {
    throw new InvalidArgumentError("stateKey must be a string of at least 32 characters");
  }
  checkRange("timeWindowMs", options.timeWindowMs, 1);
  checkRange("maxRecentEvents", options.maxRecentEvents, 0);
  checkRange("stateTtlMs", options.stateTtlMs, 1);
  checkRange("settleMs", options.settleMs, 0, MAX_TIMER_MS);
  // Those that are wrapped before the hub could look at them.
  checkMethods("credential", options.credential, "getToken");
  checkMethods("store", options.store, STORE);
  checkMethods("pusher", options.pusher, "send close");
}

/**
 * Refuses a hub's name that the service would not take.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkHub(hub: unknown): void {
  if (typeof hub === "string" && HUB.test(hub)) return;
  throw new InvalidArgumentError(
    "hub must be the name of a hub: a letter, then letters, digits and _ , . ` [ ], at most 128",
  );
}
