import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { checkKnown } from "@hubbub/core/adapter";
import { check, checkClock, checkWhole } from "../../shared/check-options.ts";
import { type LocalClock, systemClock } from "../../shared/local-clock.ts";
import { LOOPBACK, startLoopbackServer } from "../../shared/loopback-server.ts";
import { readBody } from "../../shared/read-body.ts";
import { createTimerScope } from "../../shared/timer-scope.ts";
import type { LocalQueue } from "./local-queue.ts";
import type { QueueAttributes } from "./queue-attributes.ts";
import { createQueueRegistry } from "./queue-registry.ts";
import { SqsError } from "./sqs-error.ts";
import { isSqsInput, type SqsInput } from "./sqs-input.ts";
import { createSqsOperations, type SqsOperation } from "./sqs-operations.ts";

/** Options for {@link createLocalSqs}. */
export interface LocalSqsOptions {
  /** Queues to begin with, and their attributes as CreateQueue takes them. (Default: none) */
  queues?: Readonly<Record<string, QueueAttributes>>;
  /** 0 takes a free one. (Default: 0) */
  port?: number;
  /** (Default: `"us-east-1"`) */
  region?: string;
  /** (Default: `"000000000000"`) */
  accountId?: string;
  /** Times visibility, delays, long polls and retention. (Default: the system's) */
  clock?: LocalClock;
}

/** An SQS that listens. */
export interface LocalSqs {
  readonly port: number;
  /** The endpoint for the SDK. */
  readonly endpoint: string;
  /** Creates a queue, or finds the one of that name. Throws as CreateQueue does. */
  createQueue(name: string, attributes?: QueueAttributes): LocalQueue;
  /** Finds a queue by its name or its URL. Throws if there is none. */
  queue(nameOrUrl: string): LocalQueue;
  /** Cuts all sockets and stops all timers. */
  close(): Promise<void>;
}

const MAX_REQUEST_BYTES = 8 * 1024 * 1024; // A batch of 1 MiB, escaped as JSON.
const TARGET = /^AmazonSQS\.(\w+)$/;

/**
 * Starts an SQS on 127.0.0.1 that speaks AWS JSON 1.0, as the SDK does. Its queues are standard ones.
 *
 * @param options Queues, port and clock.
 * @returns The running SQS.
 * @throws InvalidArgumentError naming the option that is wrong, or if the port is in use.
 */
export async function createLocalSqs(options: LocalSqsOptions = {}): Promise<LocalSqs> {
  checkKnown("createLocalSqs", options, ["queues", "port", "region", "accountId", "clock"]);
  const { port = 0, region = "us-east-1", accountId = "000000000000" } = options;
  checkWhole("port", port, 0, 65_535);
  check(/^\d{12}$/.test(accountId), "accountId must be twelve digits");
  checkClock(options.clock ?? systemClock);
  const clock = createTimerScope(options.clock ?? systemClock);
  const endpoint = () => `http://${LOOPBACK}:${listening.port}`;
  const queues = createQueueRegistry({ clock, region, accountId, endpoint });
  const operations = createSqsOperations(queues, clock);
  const listening = await startLoopbackServer({
    ...{ port, tls: undefined },
    onRequest: (request, response) => {
      answer(operations, request, response).catch(() => response.destroy());
    },
  });
  for (const [name, attributes] of Object.entries(options.queues ?? {})) {
    queues.create(name, attributes);
  }
  return {
    ...{ port: listening.port, endpoint: endpoint() },
    createQueue: (name, attributes = {}) => queues.create(name, attributes),
    queue: queues.find,
    async close() {
      clock.end();
      await listening.close();
    },
  };
}

async function answer(
  operations: ReadonlyMap<string, SqsOperation>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, name = ""] = TARGET.exec(String(request.headers["x-amz-target"])) ?? [];
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    const input = parse(await readBody(request, MAX_REQUEST_BYTES));
    const operation = operations.get(name);
    if (!operation) throw new SqsError("UnknownOperationException", `Unknown operation ${name}`);
    send(response, 200, await operation(input, gone.signal));
  } catch (error) {
    if (!(error instanceof SqsError)) throw error;
    const { code, queryCode, message } = error;
    // What older SDKs called the error; today's show it as `Error.Code`.
    response.setHeader("x-amzn-query-error", `${queryCode};Sender`);
    send(response, 400, { __type: `com.amazonaws.sqs#${code}`, message });
  }
}

function parse(body: Uint8Array | undefined): SqsInput {
  try {
    const input: unknown = JSON.parse(String(body ?? ""));
    if (isSqsInput(input)) return input;
  } catch {
    // The same answer as for JSON that is no object.
  }
  throw new SqsError("InvalidParameterValue", "The request is no JSON object, or too long.");
}

function send(response: ServerResponse, status: number, json: object): void {
  response.writeHead(status, {
    "content-type": "application/x-amz-json-1.0",
    "x-amzn-requestid": randomUUID(),
  });
  response.end(JSON.stringify(json));
}
