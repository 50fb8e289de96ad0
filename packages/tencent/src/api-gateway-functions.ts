import {
  type Chat,
  createHub,
  type EventDefinitions,
  type Hub,
  InvalidArgumentError,
  type User,
} from "@hubbub/core";
import { checkRange } from "@hubbub/core/adapter";
import {
  type ApiGatewayAnswer,
  type ApiGatewayRegisterAnswer,
  FAILED,
  NO_EVENT,
  OK,
} from "./api-gateway-answers.ts";
import { createApiGatewayBackend } from "./api-gateway-backend.ts";
import {
  type ApiGatewayCleanupEvent,
  isCleanupEvent,
  isTransportEvent,
} from "./api-gateway-events.ts";
import { type ApiGatewayOptions, checkApiGatewayOptions } from "./api-gateway-options.ts";
import { registerClient } from "./api-gateway-register.ts";
import { createTransport } from "./api-gateway-transport.ts";
import { type ScfContextLike, type ScfDeadline, scfDeadline, withinTime } from "./scf-context.ts";

/** The functions behind a WebSocket API. None of them ever rejects. */
export interface ApiGatewayFunctions<E extends EventDefinitions = EventDefinitions> {
  /** Decides whether a client may come in. */
  register(event: unknown, context?: ScfContextLike): Promise<ApiGatewayRegisterAnswer>;
  /** Handles what a client sent. */
  transport(event: unknown, context?: ScfContextLike): Promise<ApiGatewayAnswer>;
  /** Handles that a client has left. */
  cleanup(event: unknown, context?: ScfContextLike): Promise<ApiGatewayAnswer>;
  /** For the application's own code, such as a job by the clock. */
  readonly hub: Hub<E>;
  /** Closes the connections to the push URL. For tests: a function never needs it. */
  close(): void;
}

/**
 * Creates the three functions of a chat behind a WebSocket API of Tencent's API Gateway. Each may be
 * deployed as a function of its own, `exports.main_handler = functions.register`, from the same bundle.
 *
 * @param chat What `defineChat` returned.
 * @param options Bucket and push URL, above all.
 * @returns The functions to export.
 * @throws InvalidArgumentError if an option is wrong; the message names it.
 */
export function createApiGatewayFunctions<E extends EventDefinitions, U extends User>(
  chat: Chat<E, U>,
  options: ApiGatewayOptions,
): ApiGatewayFunctions<E> {
  checkApiGatewayOptions(options);
  if (!chat?.definition) throw new InvalidArgumentError("chat must be what defineChat returned");
  const { marginMs = 2500 } = options;
  checkRange("marginMs", marginMs, 0);
  const { hubOptions, close } = createApiGatewayBackend(chat, options);
  const { clock, logger } = hubOptions;
  const hub = createHub(chat, hubOptions);
  const handleMessage = createTransport({ ...hubOptions, hub });

  const deadlineOf = (context: unknown) => scfDeadline(clock, context, marginMs);

  /** A function that fails, or takes too long, costs the sender his connection. */
  async function settle(
    what: string,
    deadline: ScfDeadline | undefined,
    work: Promise<unknown>,
  ): Promise<ApiGatewayAnswer> {
    try {
      if (await withinTime(clock, deadline, work)) return OK;
      logger.warn(`${what} was not done in time; the log repairs it`);
    } catch (error) {
      logger.error(`${what} could not be handled`, { error });
    }
    return FAILED;
  }

  async function handleLeave(
    { websocket: { secConnectionID: connectionId } }: ApiGatewayCleanupEvent,
    deadlineAt: number | undefined,
  ): Promise<void> {
    await (await hub.cleanup({ connectionId, deadlineAt })).done;
  }

  return {
    async register(event, context) {
      const deadline = deadlineOf(context);
      const registering = registerClient(hub, logger, event, deadline?.deadlineAt);
      const inTime = await settle("an arrival", deadline, registering);
      if (inTime !== OK) return { errNo: 503, errMsg: "try again later" };
      const { answer, done } = await registering;
      await settle("what an arrival brings about", deadline, done);
      return answer;
    },
    async transport(event, context) {
      if (isTransportEvent(event)) {
        const deadline = deadlineOf(context);
        return settle("a message", deadline, handleMessage(event, deadline));
      }
      logger.error("transport was invoked with what is no event of a message");
      return NO_EVENT;
    },
    async cleanup(event, context) {
      if (isCleanupEvent(event)) {
        const deadline = deadlineOf(context);
        return settle("a client's leave", deadline, handleLeave(event, deadline?.deadlineAt));
      }
      logger.error("cleanup was invoked with what is no event of a client that left");
      return NO_EVENT;
    },
    ...{ hub, close },
  };
}
