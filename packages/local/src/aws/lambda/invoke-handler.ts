import type { LambdaCallback, LambdaContext } from "./lambda-handler.ts";

const WITH_CALLBACK = 3; // Parameters of a handler that may answer by its callback.

/**
 * Invokes a handler, whether it answers by what it returns or by its callback.
 *
 * @returns What it answered; rejects with what it threw or gave its callback as the error.
 */
export function invokeHandler(
  handler: CallableFunction,
  event: unknown,
  context: LambdaContext,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const callback: LambdaCallback = (error, result) => {
      if (error === undefined || error === null) resolve(result);
      else reject(error);
    };
    const returned: unknown = Reflect.apply(handler, undefined, [event, context, callback]);
    if (returned !== undefined || handler.length < WITH_CALLBACK) resolve(returned);
  });
}
