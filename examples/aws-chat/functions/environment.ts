import type { LambdaOptions } from "@hubbub/aws";

/** What both functions are told by the stack; the callback URL they read by themselves. */
export const common: LambdaOptions = {
  tableName: process.env.TABLE_NAME,
  queueUrl: process.env.QUEUE_URL,
  shards: Number(process.env.SHARDS),
};
