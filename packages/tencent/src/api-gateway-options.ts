import {
  type Clock,
  type ConnectionStore,
  InvalidArgumentError,
  type Logger,
  type Meter,
  type Pusher,
  type RoomLog,
} from "@hubbub/core";
import { checkKnown } from "@hubbub/core/adapter";
import type { CosLike } from "./cos-options.ts";
import type { PushUrlPusherOptions } from "./push-url-options.ts";

/** Options of {@link createApiGatewayFunctions}. */
export interface ApiGatewayOptions {
  /** The API's push URL, or what finds it. (Default: the environment's `PUSH_URL`) */
  pushUrl?: PushUrlPusherOptions["url"] | undefined;
  /** True if `pushUrl` is what `DescribeApi` said: then whomever it refuses is gone. (Default: false) */
  pushUrlVerified?: boolean | undefined;
  /** How long a push may take, in milliseconds. (Default: 2,000) */
  pushTimeoutMs?: number | undefined;
  /** The COS bucket, with its APPID. Needed unless `store` and `log` are given. */
  bucket?: string | undefined;
  /** The bucket's region. (Default: the environment's `TENCENTCLOUD_REGION`) */
  region?: string | undefined;
  /** What all keys in the bucket begin with. (Default: `hubbub/`) */
  prefix?: string | undefined;
  /** A client of COS. (Default: a new one, with the keys of the execution role) */
  client?: CosLike | undefined;
  /** Who is connected. (Default: the bucket) */
  store?: ConnectionStore | undefined;
  /** The rooms' logs. (Default: the bucket) */
  log?: RoomLog | undefined;
  /** (Default: one to `pushUrl`) */
  pusher?: Pusher | undefined;
  /** Pushes under way at once in one fan-out. (Default: 128) */
  concurrency?: number | undefined;
  /** Members read at once in one fan-out. (Default: 1,000) */
  pageSize?: number | undefined;
  /**
   * How long before its end a function begins no more pushes, but the answer to who asked, in milliseconds; at most
   * half of its time. (Default: 2,500)
   */
  marginMs?: number | undefined;
  /** Counts the pushes, and the requests to the bucket. */
  meter?: Meter | undefined;
  /** (Default: the system's) */
  clock?: Clock | undefined;
  /** (Default: `Math.random`) */
  random?: (() => number) | undefined;
  /** Unguessable ids. (Default: UUIDs) */
  id?: (() => string) | undefined;
  /** (Default: the console, one line of JSON for each problem) */
  logger?: Logger | undefined;
}

const OPTIONS = [
  ...["bucket", "region", "prefix", "client"],
  ...["pushUrl", "pushUrlVerified", "pushTimeoutMs", "store", "log", "pusher", "concurrency"],
  ...["pageSize", "marginMs", "meter", "clock", "random", "id", "logger"],
];

/**
 * Refuses options that are not known, so that a typing error does not pass silently.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkApiGatewayOptions(options: ApiGatewayOptions): void {
  const where = "createApiGatewayFunctions";
  checkKnown(where, options, OPTIONS);
  const { bucket, store, log } = options;
  if (bucket === undefined && !(store && log)) {
    throw new InvalidArgumentError(
      `${where}: bucket must be the name of the chat's bucket, unless both store and log are given`,
    );
  }
}
