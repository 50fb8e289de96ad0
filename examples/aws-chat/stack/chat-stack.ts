import { CfnOutput, Duration, Stack } from "aws-cdk-lib";
import type { Code } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { createChatFunction } from "./chat-function.ts";
import { ChatTable } from "./chat-table.ts";
import { FanOutQueue } from "./fan-out-queue.ts";
import { Gateway } from "./gateway.ts";

/** Options of {@link ChatStack}. */
export interface ChatStackOptions {
  /** The bundled functions. */
  code: { socket: Code; fanOut: Code };
  /** The pages that may connect: exact origins, and `null` for programs. */
  origins: readonly string[];
  /**
   * Pushes a second of all workers together. An account has 10,000 requests a second and region for all
   * its APIs, in newer regions 2,500. (Default: 7,000)
   */
  pushesPerSecond?: number;
}

const SHARDS = 8; // Jobs that a message for a big room becomes.
const WORKERS = 2; // That run at once; SQS has no smaller number.
const SOCKET_TIMEOUT = Duration.seconds(29); // API Gateway waits no longer.
const WORKER_TIMEOUT = Duration.minutes(1);

/** A chat: a WebSocket API, two functions, a table, a queue with an alarm. */
export class ChatStack extends Stack {
  constructor(scope: Construct, id: string, options: ChatStackOptions) {
    super(scope, id, { description: "A chat on hubbub", analyticsReporting: false });
    const { code, origins, pushesPerSecond = 7000 } = options;
    const table = new ChatTable(this, "Chat", { tableName: this.stackName });
    const queue = new FanOutQueue(this, "FanOut", { workerTimeout: WORKER_TIMEOUT });
    const throttle = { rateLimit: 1000, burstLimit: 2000 };
    const gateway = new Gateway(this, "Gateway", { stageName: "prod", throttle });
    const environment = {
      TABLE_NAME: table.tableName,
      CALLBACK_URL: gateway.callbackUrl,
      QUEUE_URL: queue.queueUrl,
      ORIGINS: origins.join(","),
      SHARDS: String(SHARDS),
    };

    const socket = createChatFunction(this, "Socket", {
      code: code.socket,
      memorySize: 512,
      timeout: SOCKET_TIMEOUT,
      environment,
    });
    const worker = createChatFunction(this, "Worker", {
      code: code.fanOut,
      memorySize: 1769, // Said to be a whole processor: signing and TLS are all that it does.
      timeout: WORKER_TIMEOUT,
      environment: {
        ...environment,
        MAXIMUM_CONCURRENCY: String(WORKERS),
        PUSHES_PER_SECOND: String(pushesPerSecond),
      },
    });
    for (const each of [socket, worker]) {
      table.grantUse(each);
      queue.grantSend(each);
    }
    gateway.grantConnections(socket, "POST", "DELETE");
    gateway.grantConnections(worker, "POST");
    gateway.routeTo(socket);
    queue.workWith(worker, WORKERS);
    new CfnOutput(this, "Url", { value: gateway.url });
  }
}
