import type { HubGateway, Logger, RegisterResult } from "@hubbub/core";
import type { ApiGatewayRegisterAnswer } from "./api-gateway-answers.ts";
import { hasRequestContext, isRegisterEvent, subprotocolsOf } from "./api-gateway-events.ts";

/** What came of a client that arrives. */
export interface Registration {
  readonly answer: ApiGatewayRegisterAnswer;
  /** Settles when all work is done. */
  readonly done: Promise<void>;
}

/** Asks the chat about a client that arrives. Never rejects. */
export async function registerClient(
  hub: Pick<HubGateway, "register">,
  logger: Logger,
  event: unknown,
  deadlineAt: number | undefined,
): Promise<Registration> {
  if (!hasRequestContext(event)) return refuse(logger, 101, "not found request context");
  if (!isRegisterEvent(event)) return refuse(logger, 102, "not found websocket");
  const { secConnectionID } = event.websocket;
  let result: RegisterResult;
  try {
    // The gateway tells neither of the client's headers nor of its query.
    result = await hub.register({
      connectionId: secConnectionID,
      subprotocols: subprotocolsOf(event),
      deadlineAt,
    });
  } catch (error) {
    logger.error("a client could not be registered", { error });
    return declined(503, "try again later");
  }
  if (!result.accepted) return declined(result.status, result.message);
  const { subprotocol, done } = result;
  const answer: ApiGatewayRegisterAnswer = {
    ...{ errNo: 0, errMsg: "ok" },
    websocket: {
      ...{ action: "connecting", secConnectionID },
      ...(subprotocol !== undefined && { secWebSocketProtocol: subprotocol }),
      secWebSocketExtensions: "",
    },
  };
  return { answer, done };
}

function refuse(logger: Logger, errNo: number, errMsg: string): Registration {
  logger.error("register was invoked with what is no event of a client that arrives", { errNo });
  return declined(errNo, errMsg);
}

function declined(errNo: number, errMsg: string): Registration {
  return { answer: { errNo, errMsg }, done: Promise.resolve() };
}
