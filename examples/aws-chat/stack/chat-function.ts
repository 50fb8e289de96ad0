import { type Duration, RemovalPolicy } from "aws-cdk-lib";
import { Architecture, type Code, Function as Lambda, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

/** Options of {@link createChatFunction}. */
export interface ChatFunctionOptions {
  /** A folder with `index.mjs`, which exports `handler`. */
  code: Code;
  memorySize: number;
  timeout: Duration;
  environment: Record<string, string>;
}

/** Creates a function whose logs are kept for a month and go with the stack. */
export function createChatFunction(
  scope: Construct,
  id: string,
  options: ChatFunctionOptions,
): Lambda {
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  return new Lambda(scope, id, {
    ...options,
    logGroup,
    handler: "index.handler",
    runtime: Runtime.NODEJS_22_X,
    architecture: Architecture.ARM_64,
  });
}
