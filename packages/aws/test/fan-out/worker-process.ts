import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { defineChat } from "@hubbub/core";
import { z } from "zod";
import { createFanOutWorker, type FanOutEvent } from "../../src/index.ts";

// A worker in a process of its own, so that it can be killed: events come from the parent, answers go there.

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
const base = new DynamoDBClient({
  endpoint: String(process.env.TEST_DYNAMO),
  region: "us-east-1",
  credentials,
});
const chat = defineChat({
  events: { say: { data: z.object({ text: z.string() }) } },
  presence: false,
});
const worker = createFanOutWorker(chat, {
  client: DynamoDBDocumentClient.from(base),
  tableName: process.env.TABLE,
  queueUrl: process.env.QUEUE_URL,
  callbackUrl: process.env.TEST_CALLBACK,
  region: "us-east-1",
  credentials,
  concurrency: 2,
});

process.on("message", async (event: FanOutEvent) => process.send?.(await worker(event)));
