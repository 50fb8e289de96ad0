import type { Clock, HubGateway, Logger, Pusher, PushResult } from "@hubbub/core";
import { sendWithRetries } from "@hubbub/core/adapter";
import { type ApiGatewayTransportEvent, dataOf } from "./api-gateway-events.ts";
import type { ScfDeadline } from "./scf-context.ts";

/** What handles messages. */
export interface TransportParts {
  hub: Pick<HubGateway, "transport" | "cleanup">;
  pusher: Pusher;
  clock: Clock;
  random: () => number;
  logger: Logger;
}

/** Creates what handles a message: its answers are pushed, for the gateway reads none. */
export function createTransport(
  parts: TransportParts,
): (event: ApiGatewayTransportEvent, deadline: ScfDeadline | undefined) => Promise<void> {
  const { hub, pusher, clock, logger } = parts;
  /** The function has answered: what is begun now stands still with the instance, for nobody knows how long. */
  const isOver = (deadline: ScfDeadline | undefined) =>
    clock.now() >= (deadline?.answerAt ?? Infinity);

  /** In order, and not beyond one that was not sent: the client asks again. */
  async function answer(
    connectionId: string,
    texts: readonly string[],
    deadline: ScfDeadline | undefined,
  ): Promise<PushResult | "failed"> {
    try {
      for (const text of texts) {
        if (isOver(deadline)) return "failed";
        const result = await sendWithRetries(parts, connectionId, text, deadline?.deadlineAt);
        if (result === "sent") continue;
        if (result !== "gone") logger.warn("an answer was not sent", { result });
        return result;
      }
      return "sent";
    } catch (error) {
      logger.error("an answer could not be sent", { error });
      return "failed";
    }
  }

  async function close(connectionId: string, code: number, reason: string): Promise<void> {
    try {
      await pusher.close(connectionId, code, reason);
    } catch (error) {
      logger.error("a connection could not be closed", { code, error });
    }
  }

  return async (event, deadline) => {
    const deadlineAt = deadline?.deadlineAt;
    const connectionId = event.websocket.secConnectionID;
    const result = await hub.transport({ connectionId, data: dataOf(event), deadlineAt });
    const outcome = await answer(connectionId, result.replies, deadline);
    if (result.close && !isOver(deadline))
      await close(connectionId, result.close.code, result.close.reason);
    if (outcome === "gone") {
      const { done } = await hub.cleanup({ connectionId, deadlineAt });
      await done;
    }
    await result.done;
  };
}
