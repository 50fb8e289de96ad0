import { SQSClient } from "@aws-sdk/client-sqs";
import { onTestFinished } from "vitest";
import { createLocalSqs, type LocalSqs, type LocalSqsOptions } from "../src/aws.ts";

/** Starts an SQS, with a queue named `jobs`, and an official client; both end with the test. */
export async function startSqs(
  options: LocalSqsOptions = {},
): Promise<{ sqs: LocalSqs; client: SQSClient; QueueUrl: string }> {
  const sqs = await createLocalSqs({ queues: { jobs: {} }, ...options });
  const client = new SQSClient({
    ...{ endpoint: sqs.endpoint, region: "us-east-1", maxAttempts: 1 },
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  onTestFinished(async () => {
    client.destroy();
    await sqs.close();
  });
  return { sqs, client, QueueUrl: sqs.queue("jobs").url };
}
