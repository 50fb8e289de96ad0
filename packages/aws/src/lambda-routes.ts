import type { Clock, HubGateway, Logger } from "@hubbub/core";
import {
  claimsOf,
  dataOf,
  headerOf,
  type LambdaEventType,
  type LambdaWebSocketEvent,
  queryOf,
  subprotocolsOf,
} from "./lambda-event.ts";
import type { LambdaPusher } from "./lambda-pusher.ts";
import { createReplies } from "./lambda-replies.ts";
import type { LambdaResponse } from "./lambda-response.ts";

/** What the routes work with. */
export interface LambdaRoutesParts {
  hub: Pick<HubGateway, "register" | "transport" | "cleanup">;
  pusher: LambdaPusher;
  clock: Clock;
  random: () => number;
  logger: Logger;
  /** Whether the body of an answer reaches the sender. */
  routeResponse: boolean;
}

type Route = (
  event: LambdaWebSocketEvent,
  deadlineAt: number | undefined,
) => Promise<LambdaResponse>;

/** What is done for each type of event; all work has settled when a route has. */
export type LambdaRoutes = Readonly<Record<LambdaEventType, Route>>;

const RESPONSE_WAIT_MS = 150; // A fan-out to a small room, but no wait that a person notices.

/** Creates the routes. They reject when the backend does. */
export function createLambdaRoutes(parts: LambdaRoutesParts): LambdaRoutes {
  const { hub, pusher, clock, routeResponse } = parts;
  const replies = createReplies(parts);

  /** Whether all work for a message settles before its sender would notice the wait. */
  async function settlesSoon(done: Promise<unknown>): Promise<boolean> {
    const late = clock.sleep(RESPONSE_WAIT_MS).then(() => false);
    return Promise.race([done.then(() => true), late]);
  }

  async function cleanUp(connectionId: string, deadlineAt: number | undefined): Promise<void> {
    const { done } = await hub.cleanup({ connectionId, deadlineAt });
    await done;
  }

  return {
    async CONNECT(event, deadlineAt) {
      const { connectionId } = event.requestContext;
      return pusher.whileConnecting(connectionId, async () => {
        const result = await hub.register({
          connectionId,
          subprotocols: subprotocolsOf(event),
          origin: headerOf(event, "origin") ?? null,
          query: queryOf(event),
          claims: claimsOf(event),
          deadlineAt,
        });
        if (!result.accepted) return { statusCode: result.status };
        await result.done;
        const { subprotocol } = result;
        if (subprotocol === undefined) return { statusCode: 200 };
        return { statusCode: 200, headers: { "Sec-WebSocket-Protocol": subprotocol } };
      });
    },

    async MESSAGE(event, deadlineAt) {
      const { connectionId } = event.requestContext;
      const result = await hub.transport({ connectionId, data: dataOf(event), deadlineAt });
      const { close, done } = result;
      const pushed = [...result.replies];
      // The body would come after the end of the connection, or after all that is still under way.
      const rides = routeResponse && !close && pushed.length > 0 && (await settlesSoon(done));
      const body = rides ? pushed.pop() : undefined;
      const outcome = await replies.send(connectionId, pushed, deadlineAt);
      if (outcome === "gone") await cleanUp(connectionId, deadlineAt);
      else if (close) await replies.close(connectionId, close);
      await done;
      if (outcome === "failed") return { statusCode: 500 };
      return body === undefined ? { statusCode: 200 } : { statusCode: 200, body };
    },

    async DISCONNECT(event, deadlineAt) {
      await cleanUp(event.requestContext.connectionId, deadlineAt);
      return { statusCode: 200 };
    },
  };
}
