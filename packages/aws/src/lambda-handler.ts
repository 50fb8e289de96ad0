import { type Chat, createHub, type EventDefinitions, type Hub, type User } from "@hubbub/core";
import { checkRange } from "@hubbub/core/adapter";
import { createLambdaBackend } from "./lambda-backend.ts";
import { deadlineOf, INTEGRATION_TIMEOUT_MS, type LambdaContextLike } from "./lambda-deadline.ts";
import { eventTypeOf, isLambdaWebSocketEvent } from "./lambda-event.ts";
import { checkLambdaOptions, LAMBDA_OPTIONS, type LambdaOptions } from "./lambda-options.ts";
import type { LambdaResponse } from "./lambda-response.ts";
import { createLambdaRoutes } from "./lambda-routes.ts";

/** Options of {@link createLambdaHandler}. */
export interface LambdaHandlerOptions extends LambdaOptions {
  /**
   * True if `$default` has a route response: then what a client is answered rides on it, which saves a
   * push. (Default: false)
   */
  routeResponse?: boolean | undefined;
  /** With a queue: a message for a room of more members than this goes there as a whole. (Default: 200) */
  fanOutAbove?: number | undefined;
}

/** A Lambda handler for `$connect`, `$default`, `$disconnect` and any further route. It never rejects. */
export interface LambdaHandler<E extends EventDefinitions = EventDefinitions> {
  (event: unknown, context?: LambdaContextLike): Promise<LambdaResponse>;
  /** For the application's own code, such as a job by the clock; it needs a known callback URL. */
  readonly hub: Hub<E>;
  /** Closes the connections to AWS. For tests: a function never needs it. */
  close(): void;
}

const OPTIONS = [...LAMBDA_OPTIONS, "routeResponse", "fanOutAbove"];

/**
 * Creates the Lambda function of a chat behind an API Gateway WebSocket API. Store, log and pusher live
 * as long as the function's instance.
 *
 * @param chat What `defineChat` returned.
 * @param options The table, above all.
 * @returns The handler to export.
 * @throws InvalidArgumentError if an option is wrong; the message names it.
 */
export function createLambdaHandler<E extends EventDefinitions, U extends User>(
  chat: Chat<E, U>,
  options: LambdaHandlerOptions,
): LambdaHandler<E> {
  checkLambdaOptions("createLambdaHandler", options, OPTIONS);
  const { routeResponse = false, fanOutAbove = 200 } = options;
  checkRange("fanOutAbove", fanOutAbove, 1);
  const backend = createLambdaBackend(chat, options);
  const { hubOptions, pusher, stage, marginMs } = backend;
  const { clock, random, logger } = hubOptions;
  const hub = createHub(chat, { ...hubOptions, fanOutAbove });
  const routes = createLambdaRoutes({ hub, pusher, clock, random, logger, routeResponse });

  async function handle(event: unknown, context?: LambdaContextLike): Promise<LambdaResponse> {
    const deadlineAt = deadlineOf(clock, context, marginMs, INTEGRATION_TIMEOUT_MS);
    if (!isLambdaWebSocketEvent(event)) {
      logger.error("refused what is no event of an API Gateway WebSocket API");
      return { statusCode: 400 };
    }
    const { apiId, stage: name } = event.requestContext;
    if (!stage.admits(event.requestContext)) {
      logger.error("refused an event of another API or stage", { apiId, stage: name });
      return { statusCode: 403 };
    }
    const eventType = eventTypeOf(event.requestContext);
    try {
      return await routes[eventType](event, deadlineAt);
    } catch (error) {
      logger.error("an event could not be handled", { eventType, error });
      return { statusCode: 500 };
    }
  }
  return Object.assign(handle, { hub, close: backend.close });
}
