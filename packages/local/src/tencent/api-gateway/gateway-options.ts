import type { Logger } from "@hubbub/core";
import type { DelayRange } from "../../shared/delay-range.ts";
import type { LocalClock } from "../../shared/local-clock.ts";
import type {
  TencentCleanupEvent,
  TencentRegisterEvent,
  TencentTransportEvent,
} from "./gateway-events.ts";
import type { TencentGatewayFaults } from "./gateway-faults.ts";
import type { ScfFunction } from "./scf-function.ts";

/** How slow the gateway is: a range puts what comes close together out of order. */
export interface TencentGatewayLatency {
  /** From an event to its function's call, in milliseconds. (Default: 0) */
  invokeMs?: DelayRange;
  /** From a request to the push URL to its effect, in milliseconds. (Default: 0) */
  pushMs?: DelayRange;
}

/** Options for {@link createLocalTencentGateway}. */
export interface LocalTencentGatewayOptions {
  /** Asked whether a client may come in. */
  register: ScfFunction<TencentRegisterEvent>;
  /** Called with what clients send. */
  transport: ScfFunction<TencentTransportEvent>;
  /** Called when a client has closed its connection. (Default: nobody) */
  cleanup?: ScfFunction<TencentCleanupEvent>;
  /** 0 takes a free one: see `port` of the gateway. (Default: 0) */
  port?: number;
  /** The API's path, a template; clients may ask for any. (Default: `"/"`) */
  path?: string;
  /** (Default: `"release"`) */
  stage?: string;
  /** (Default: `"localsvc"`) */
  serviceName?: string;
  /** What the service is called in `requestContext`. (Default: `"serviceName"`) */
  serviceKey?: "serviceName" | "serviceId";
  /** `identity.secretId` of `requestContext`. (Default: none, the API wants no key) */
  secretId?: string;
  /** The API's back-end time-out, in milliseconds: for functions, and for clients that are silent. (Default: 800,000) */
  serviceTimeoutMs?: number;
  /** The functions' own time-out, in milliseconds. (Default: 3,000, as SCF's) */
  functionTimeoutMs?: number;
  /** A client that sends a longer message is closed with 1009, in bytes. (Default: 1 MiB) */
  maxMessageBytes?: number;
  /** (Default: none) */
  latency?: TencentGatewayLatency;
  /** (Default: none) */
  faults?: TencentGatewayFaults;
  /** Unguessable connection ids. (Default: 16 random bytes in base64, so with `/`, `+` and `=`) */
  createId?: () => string;
  /** (Default: `Math.random`) */
  random?: () => number;
  /** (Default: the system's) */
  clock?: LocalClock;
  /** Told which functions failed, and never what clients sent. (Default: the console) */
  logger?: Pick<Logger, "error">;
}
