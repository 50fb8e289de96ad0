import type { SendMessageBatchCommand, SendMessageBatchCommandOutput } from "@aws-sdk/client-sqs";
import { InvalidArgumentError } from "@hubbub/core";
import type { AwsCredentialProvider, AwsCredentials } from "./api-gateway-credentials.ts";
import { SDK_TIMEOUTS, sdkCredentialsOf } from "./lambda-sdk-options.ts";

/** The least of an `SQSClient` that is needed. */
export interface SqsClientLike {
  send(command: SendMessageBatchCommand): Promise<SendMessageBatchCommandOutput>;
}

/** Who asks, and where, if no client is given. */
export interface SqsClientOptions {
  /** (Default: the one in the queue's URL, else `AWS_REGION`) */
  region?: string | undefined;
  /** (Default: the SDK's default provider chain) */
  credentials?: AwsCredentials | AwsCredentialProvider | undefined;
}

/** Sends the bodies of messages to a queue as one request. */
export type SqsBatchSender = (bodies: readonly string[]) => Promise<SendMessageBatchCommandOutput>;

const AWS_QUEUE = /^sqs\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/**
 * Refuses what can't be the URL of a standard queue.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkQueueUrl(queueUrl: unknown): asserts queueUrl is string {
  const url =
    typeof queueUrl === "string" && URL.canParse(queueUrl) ? new URL(queueUrl) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname.length < 2) {
    throw new InvalidArgumentError(
      "queueUrl must be the URL of a queue, such as https://sqs.eu-west-1.amazonaws.com/123456789012/jobs",
    );
  }
  if (url.pathname.endsWith(".fifo")) {
    throw new InvalidArgumentError(
      "queueUrl must be that of a standard queue, not of a FIFO queue",
    );
  }
}

/** Creates what sends batches; the SDK is loaded at the first. */
export function createSqsBatchSender(
  queueUrl: string,
  { client, region, credentials }: SqsClientOptions & { client?: SqsClientLike | undefined },
): SqsBatchSender {
  let loading: Promise<{ sqs: SqsClientLike; Command: typeof SendMessageBatchCommand }> | undefined;

  async function load() {
    const { SendMessageBatchCommand: Command, SQSClient } = await import("./sqs-sdk.ts");
    if (client) return { sqs: client, Command };
    const { hostname, origin } = new URL(queueUrl);
    const [onAws, named] = AWS_QUEUE.exec(hostname) ?? [];
    const known = region ?? named;
    const options = {
      ...(known !== undefined && { region: known }),
      ...(onAws === undefined && { endpoint: origin }),
      ...sdkCredentialsOf(credentials),
    };
    const sqs: SqsClientLike = new SQSClient({ ...options, requestHandler: SDK_TIMEOUTS });
    return { sqs, Command };
  }

  return async (bodies) => {
    loading ??= load();
    const { sqs, Command } = await loading;
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    return sqs.send(new Command({ QueueUrl: queueUrl, Entries }));
  };
}
