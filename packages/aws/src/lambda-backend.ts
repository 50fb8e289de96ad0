import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import {
  type Chat,
  type ConnectionStore,
  type EventDefinitions,
  type FanOutQueue,
  type HubOptions,
  InvalidArgumentError,
  type Logger,
  type Pusher,
  type RoomLog,
  type User,
} from "@hubbub/core";
import { checkRange } from "@hubbub/core/adapter";
import { type ApiGatewayPusher, createApiGatewayPusher } from "./api-gateway-pusher.ts";
import { createDynamoConnectionStore } from "./dynamo-connection-store.ts";
import { readNumber } from "./dynamo-numbers.ts";
import { createDynamoRoomLog } from "./dynamo-room-log.ts";
import { createFanOutParts } from "./fan-out-parts.ts";
import type { LambdaOptions } from "./lambda-options.ts";
import { systemPorts } from "./lambda-ports.ts";
import { createLambdaPusher, type LambdaPusher } from "./lambda-pusher.ts";
import { SDK_TIMEOUTS, sdkCredentialsOf } from "./lambda-sdk-options.ts";
import { createLambdaStage, type LambdaStage } from "./lambda-stage.ts";
import { checkQueueUrl } from "./sqs-client.ts";
import { createSqsFanOut } from "./sqs-fan-out.ts";

/** Everything that a function of a chat works with. */
export interface LambdaBackend {
  /** For `createHub`. */
  readonly hubOptions: HubOptions & { logger: Logger };
  readonly pusher: LambdaPusher;
  readonly stage: LambdaStage;
  readonly marginMs: number;
  /** Closes the connections to AWS that the backend has opened itself. */
  close(): void;
}

type Ports = ReturnType<typeof systemPorts>;

const MAX_AGE_MS = 2 * 60 * 60 * 1000; // API Gateway cuts every connection then.
const IDLE_MS = 10 * 60 * 1000; // And every one that was silent for so long.

/**
 * Creates store, log, pusher and queue of a function, as far as they are not given.
 *
 * @throws InvalidArgumentError naming the option that is wrong.
 */
export function createLambdaBackend<E extends EventDefinitions, U extends User>(
  chat: Chat<E, U>,
  options: LambdaOptions,
): LambdaBackend {
  if (!chat?.definition) throw new InvalidArgumentError("chat must be what defineChat returned");
  checkRange("chat: heartbeatMs", chat.heartbeatMs, 0, IDLE_MS - 1);
  const { marginMs = 4000, meter, concurrency, pageSize } = options;
  checkRange("marginMs", marginMs, 0);
  const ports = systemPorts(options);
  const stage = createLambdaStage(options);
  const opened: { destroy(): void }[] = [];
  const { store, log, parts } = createTable(options, { ports, chat, opened });

  const pusher = createLambdaPusher((): Pusher => {
    if (options.pusher) return options.pusher;
    const created = createPusher(stage.endpoint(), store, options, ports);
    opened.push(created);
    return created;
  });
  const queue = createQueue(options, ports, parts);
  return {
    hubOptions: {
      ...ports,
      ...{ store, log, pusher, queue, maxAgeMs: MAX_AGE_MS },
      ...(concurrency !== undefined && { concurrency }),
      ...(pageSize !== undefined && { pageSize }),
    },
    ...{ pusher, stage, marginMs, meter },
    close() {
      for (const each of opened.splice(0)) each.destroy();
    },
  };
}

function createPusher(
  endpoint: string,
  store: ConnectionStore,
  { region, credentials, meter }: LambdaOptions,
  { clock, random, logger }: Ports,
): ApiGatewayPusher {
  return createApiGatewayPusher({
    ...{ endpoint, region, credentials, clock, random, meter, logger },
    // A 410 of somebody who is still inside `$connect` says nothing.
    connectedAt: async (connectionId) => (await store.get(connectionId))?.connectedAt,
  });
}

interface Table {
  readonly store: ConnectionStore;
  readonly log: RoomLog;
  /** Absent for a store that was given. */
  readonly parts?: (room: string) => Promise<readonly (string | undefined)[]>;
}

interface TableParts {
  ports: Ports;
  chat: Pick<Chat, "retention">;
  opened: { destroy(): void }[];
}

function createTable(options: LambdaOptions, { ports, chat, opened }: TableParts): Table {
  const { store, log, tableName = "", meter, shards } = options;
  if (store && log) return { store, log };
  const client = options.client ?? createClient(options, opened);
  const common = { ...ports, client, tableName, meter };
  const shared = createFanOutParts(createDynamoConnectionStore({ ...common, shards }));
  return {
    ...(store ? { store } : shared),
    log: log ?? createDynamoRoomLog({ ...common, retention: chat.retention }),
  };
}

function createClient(
  { region, credentials }: LambdaOptions,
  opened: { destroy(): void }[],
): DynamoDBDocumentClient {
  const endpoint = process.env.DYNAMODB_ENDPOINT;
  const base = new DynamoDBClient({
    ...(region !== undefined && { region }),
    ...sdkCredentialsOf(credentials),
    ...(endpoint && { endpoint }),
    requestHandler: SDK_TIMEOUTS,
  });
  opened.push(base);
  return DynamoDBDocumentClient.from(base, { unmarshallOptions: { wrapNumbers: readNumber } });
}

function createQueue(
  { queue, queueUrl, region, credentials, meter }: LambdaOptions,
  { clock, random }: Ports,
  parts: Table["parts"],
): FanOutQueue | undefined {
  if (queueUrl === undefined) return queue;
  checkQueueUrl(queueUrl);
  // A queue's own URL names its region, which may be another.
  const where = new URL(queueUrl).hostname.includes(".amazonaws.") ? {} : { region };
  return createSqsFanOut({ queueUrl, credentials, parts, clock, random, meter, ...where });
}
