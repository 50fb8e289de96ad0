import { randomUUID } from "node:crypto";
import type { LocalClock } from "../../shared/local-clock.ts";
import type { LambdaContext } from "./lambda-handler.ts";

/** What a context is made of. */
export interface LambdaContextOptions {
  functionName: string;
  region: string;
  accountId: string;
  clock: LocalClock;
  /** When the time is up, in milliseconds since the Unix epoch. */
  deadline: number;
}

/** Creates the context of one invocation. */
export function createLambdaContext(options: LambdaContextOptions): LambdaContext {
  const { functionName, region, accountId, clock, deadline } = options;
  const nothing = () => undefined;
  return {
    functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:${region}:${accountId}:function:${functionName}`,
    memoryLimitInMB: "1024",
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: "local",
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - clock.now()),
    ...{ done: nothing, fail: nothing, succeed: nothing },
  };
}
