import { createLambdaHandler, type LambdaHandler } from "@hubbub/aws";
import { defineChat } from "@hubbub/core";
import * as z from "zod/mini";

const chat = defineChat({ events: { say: { data: z.object({ text: z.string() }) } } });

/** A function as one deploys it. */
export const handler: LambdaHandler = createLambdaHandler(chat, {
  tableName: "chat",
  queueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/jobs",
  routeResponse: true,
});
