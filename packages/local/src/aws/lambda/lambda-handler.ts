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

/** What a handler may call with its answer, or with what failed, in place of returning a promise. */
export type LambdaCallback = (error?: unknown, result?: unknown) => void;

/**
 * A Lambda handler: a function of (event, context), or of (event, context, callback), which answers by its
 * callback if it returns nothing. One that asks for a narrower event is one, too.
 */
export type LambdaHandler<Event> = {
  invoke(event: Event, context: LambdaContext, callback: LambdaCallback): unknown;
}["invoke"]; // A method's parameters are compared both ways, a function's are not.

/**
 * Any function: for one that is written in place the types of its event are known, and one with types of its
 * own is taken as it is. `@types/aws-lambda` says otherwise than API Gateway and SQS what events hold.
 */
export type AnyLambdaHandler<Event> = LambdaHandler<Event> | CallableFunction;
