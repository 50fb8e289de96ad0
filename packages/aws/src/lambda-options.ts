import {
  type ConnectionStore,
  type FanOutQueue,
  InvalidArgumentError,
  type Meter,
  type Pusher,
  type RoomLog,
} from "@hubbub/core";
import { checkKnown } from "@hubbub/core/adapter";
import type { AwsCredentialProvider, AwsCredentials } from "./api-gateway-credentials.ts";
import type { DynamoClientLike } from "./dynamo-client.ts";
import type { Shards } from "./dynamo-shards.ts";
import type { LambdaPortOptions } from "./lambda-ports.ts";

/** What the functions of a chat have in common. */
export interface LambdaOptions extends LambdaPortOptions {
  /** The table that `chatTable` describes. Needed unless `store` and `log` are given. */
  tableName?: string | undefined;
  /** The stage's callback URL. (Default: `CALLBACK_URL`, else worked out from the first event) */
  callbackUrl?: string | undefined;
  /** The API; events of another are refused. (Default: the callback URL's, else the first event's) */
  apiId?: string | undefined;
  /** The stage; events of another are refused. (Default: the callback URL's, else the first event's) */
  stage?: string | undefined;
  /** (Default: `AWS_REGION`) */
  region?: string | undefined;
  /** Credentials for the table, the callback API and the queue. (Default: the SDK's default chain) */
  credentials?: AwsCredentials | AwsCredentialProvider | undefined;
  /** A `DynamoDBDocumentClient`. (Default: a new one, at `DYNAMODB_ENDPOINT` if that is set) */
  client?: DynamoClientLike | undefined;
  /** Partitions of a room's members, and so the jobs that a big room's message becomes. (Default: 1) */
  shards?: Shards | undefined;
  /** The URL of the SQS queue that takes what a function can't finish. (Default: none) */
  queueUrl?: string | undefined;
  /** A queue of your own in place of SQS. */
  queue?: FanOutQueue | undefined;
  /** Who is connected. (Default: the table) */
  store?: ConnectionStore | undefined;
  /** The rooms' logs. (Default: the table) */
  log?: RoomLog | undefined;
  /** (Default: `@connections` of the callback URL) */
  pusher?: Pusher | undefined;
  /** Pushes under way at once in one fan-out. (Default: 64) */
  concurrency?: number | undefined;
  /** Members read at once in one fan-out. (Default: 1,000) */
  pageSize?: number | undefined;
  /** How long before its end a function begins no more pushes, in milliseconds; at most half of its time. (Default: 4,000) */
  marginMs?: number | undefined;
  /** Counts the requests to table, callback API and queue. */
  meter?: Meter | undefined;
}

/** The names of {@link LambdaOptions}. */
export const LAMBDA_OPTIONS: readonly string[] = [
  ...["tableName", "callbackUrl", "apiId", "stage", "region", "credentials", "client", "shards"],
  ...["queueUrl", "queue", "store", "log", "pusher", "concurrency", "pageSize", "marginMs"],
  ...["meter", "clock", "random", "id", "logger"],
];

/**
 * Refuses options that are not known, so that a typing error does not pass silently, and those that
 * don't go together.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkLambdaOptions(
  where: string,
  options: LambdaOptions,
  known: readonly string[],
): void {
  checkKnown(where, options, known);
  const { tableName, store, log, queue, queueUrl } = options;
  if (tableName === undefined && !(store && log)) {
    throw new InvalidArgumentError(
      `${where}: tableName must be the name of the chat's table; is its environment variable set?`,
    );
  }
  if (queue !== undefined && queueUrl !== undefined) {
    throw new InvalidArgumentError(`${where}: queue and queueUrl must not both be given`);
  }
}
