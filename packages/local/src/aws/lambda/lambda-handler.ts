/** The second argument of a Lambda handler. */
export interface LambdaContext {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly awsRequestId: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  callbackWaitsForEmptyEventLoop: boolean;
  /** How long the function may still run, in milliseconds; never less than 0. */
  getRemainingTimeInMillis(): number;
  /** Without effect, as in today's runtimes. */
  done(): void;
  /** Without effect, as in today's runtimes. */
  fail(): void;
  /** Without effect, as in today's runtimes. */
  succeed(): void;
}

/**
 * A Lambda handler: a function of (event, context). One that asks for a narrower event, as those typed
 * with `@types/aws-lambda` do, is one, too.
 */
export type LambdaHandler<Event> = {
  invoke(event: Event, context: LambdaContext): unknown;
}["invoke"]; // A method's parameters are compared both ways, a function's are not.
