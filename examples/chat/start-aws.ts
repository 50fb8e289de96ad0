import { createServer } from "node:http";
import { createFanOutWorker, createLambdaHandler, type LambdaHandler } from "@hubbub/aws";
import { defineChat } from "@hubbub/core";
import {
  createEventSource,
  createLocalApiGateway,
  createLocalSqs,
  type LambdaContext,
} from "@hubbub/local/aws";
import { chat } from "./chat.ts";
import { forwardUpgrades } from "./forward-upgrade.ts";
import { listen } from "./listen.ts";
import { startLocalTable } from "./local-table.ts";
import type { Options } from "./options.ts";
import { createPageHandler } from "./page-handler.ts";

const REGION = "us-east-1";
const TABLE = "chat";
const credentials = { accessKeyId: "LOCAL", secretAccessKey: "local" };

/**
 * Runs the chat as on AWS, with every service on this machine: API Gateway calls a Lambda function over
 * DynamoDB, and a worker takes the messages of big rooms from SQS. What is stored lives in memory.
 *
 * @param options Where to listen, and whose pages may connect.
 * @throws UsageError if the port is in use.
 */
export async function startAws({ port, host, origins }: Omit<Options, "as">): Promise<void> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true"; // It is about 2027.
  const server = createServer(await createPageHandler());
  await listen(server, port, host);
  process.env.DYNAMODB_ENDPOINT = await startLocalTable(TABLE, { region: REGION, credentials });
  const own = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
  const allowed = defineChat({ ...chat.definition, origins: [...own, ...origins] });

  const functions: { handler?: LambdaHandler } = {};
  const handle = (event: unknown, context: LambdaContext) => functions.handler?.(event, context);
  const gateway = await createLocalApiGateway({
    routes: {
      $connect: handle,
      $default: { handler: handle, routeResponse: true },
      $disconnect: handle,
    },
    ...{ region: REGION, credentials },
  });
  const sqs = await createLocalSqs({ queues: { jobs: { VisibilityTimeout: "30" } } });
  const queue = sqs.queue("jobs");

  const common = { tableName: TABLE, region: REGION, credentials, queueUrl: queue.url };
  const options = { ...common, callbackUrl: gateway.callbackUrl };
  functions.handler = createLambdaHandler(allowed, { ...options, routeResponse: true });
  createEventSource({
    queue,
    handler: createFanOutWorker(allowed, options),
    ...{ batchSize: 1, maximumConcurrency: 2, reportBatchItemFailures: true },
  });
  server.on("upgrade", forwardUpgrades("/chat", gateway.url));
}
