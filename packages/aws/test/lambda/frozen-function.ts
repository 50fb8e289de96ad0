import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { defineChat } from "@hubbub/core";
import { z } from "zod";
import { createLambdaHandler, type LambdaHandler } from "../../src/index.ts";

// A function as one writes it, run by threads that stand still between two invocations.

const say: { data: z.ZodType<{ text: string }, { text: string }> } = {
  data: z.object({ text: z.string() }),
};

const chat = defineChat({
  events: { say },
  presence: false,
  // Slow, and not awaited by whoever publishes: frozen, it would never end.
  async published({ hub, room, data }) {
    await sleep(300);
    if (data.text === "ask") await hub.publish(room, "say", { text: "answer" });
  },
});

const client = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    endpoint: String(process.env.TEST_DYNAMO),
    region: "us-east-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  }),
);

export const handler: LambdaHandler<{ say: typeof say }> = createLambdaHandler(chat, {
  client,
  tableName: process.env.TABLE,
  callbackUrl: process.env.TEST_CALLBACK,
  region: "us-east-1",
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  routeResponse: process.env.TEST_ROUTE_RESPONSE === "true",
});
