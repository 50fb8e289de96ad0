import {
  encodeFrame,
  type HubGateway,
  joinMessages,
  type Logger,
  type TransportResult,
} from "@hubbub/core";
import { readConnectEvent } from "./connect-event.ts";
import { type CarriedConnection, type ConnectionState, NO_STATE } from "./connection-state.ts";
import { type EventAnswer, STATE, textAnswer } from "./event-answer.ts";
import type { EventHead, EventKind } from "./event-head.ts";
import type { EventPusher } from "./event-pusher.ts";
import type { LeaseWatch, WatchedStore } from "./watched-store.ts";
import { webPubSubGroupName } from "./web-pubsub-group.ts";

/** What the routes work with. */
export interface EventRoutesParts {
  readonly hub: Pick<HubGateway, "register" | "transport" | "cleanup">;
  readonly pusher: EventPusher;
  readonly store: WatchedStore;
  readonly state: ConnectionState;
  readonly now: () => number;
  readonly logger: Logger;
  /** Waits for work, but not long: what takes longer goes on after the answer. */
  readonly settle: (work: Promise<unknown>) => Promise<void>;
}

/** What is done for each kind of event. An authentic event is answered 2xx, whatever is wrong with it. */
export type EventRoutes = Readonly<
  Record<EventKind, (head: EventHead, body: Uint8Array) => Promise<EventAnswer>>
>;

const TEXTS = ["text/plain", "application/json"];
const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true }); // A text keeps its first character, whatever it is.
const NOTHING: EventAnswer = { status: 204 };

/** Creates the routes. */
export function createEventRoutes(parts: EventRoutesParts): EventRoutes {
  const { hub, pusher, state, now, settle } = parts;

  return {
    async connect({ connectionId }, body) {
      const event = readConnectEvent(body);
      if (!event) return textAnswer(400, "the body is no connect event");
      const askedAt = now();
      return pusher.whileConnecting(connectionId, async (groups) => {
        const result = await hub.register({ connectionId, ...event });
        if (!result.accepted) return refuse(result);
        await settle(result.done);
        const { subprotocol, connection } = result;
        const carried = connection && { connection, confirmedAt: askedAt };
        return {
          status: 200,
          headers: {
            "Content-Type": "application/json",
            ...(carried && { [STATE]: state.write(connectionId, carried) }),
          },
          body: JSON.stringify({
            // Without one the service drops the connection; nobody but the service sees it.
            userId: connection?.user.userId ?? connectionId,
            roles: [], // To take away whatever the token has: clients send by way of this handler only.
            ...(groups.size > 0 && { groups: [...groups].map(webPubSubGroupName) }),
            ...(subprotocol !== undefined && { subprotocol }),
          }),
        };
      });
    },

    connected: async () => NOTHING, // It may come after the first message, so nothing hangs on it.

    presence: async () => NOTHING, // Of the service's groups, a preview: rooms have their own.

    async disconnected({ connectionId }) {
      return pusher.whileGone(connectionId, async () => {
        const { done } = await hub.cleanup({ connectionId });
        await settle(done);
        return NOTHING;
      });
    },

    async message(head, body) {
      if (head.name !== "message") return errorAnswer("bad_frame", "send the event `message`");
      const { connectionId } = head;
      const data = TEXTS.includes(head.contentType) ? UTF8.decode(body) : body;
      const askedAt = now(); // What the store says from here on.
      const carried = state.read(connectionId, head.state);
      const { lease, end } = parts.store.watch(connectionId);
      try {
        const connection = carried?.connection;
        const result = await hub.transport({ connectionId, data, connection });
        const answer = result.close
          ? await answerAndClose(parts, connectionId, result)
          : await answerMessage(parts, connectionId, result);
        await settle(result.done);
        if (isUnchanged(result, carried, lease)) return answer;
        const next = nextState(result, carried, lease, askedAt);
        return withState(answer, head.state, state.write(connectionId, next));
      } finally {
        end();
      }
    },
  };
}

function refuse({ status, code, message }: { status: number; code: string; message: string }) {
  const headers = { "Content-Type": "application/json" };
  return { status, headers, body: JSON.stringify({ code, message }) };
}

/** An answer that is an error, to what does not reach the chat. */
export function errorAnswer(
  code: "bad_frame" | "too_large" | "internal",
  message: string,
): EventAnswer {
  return textAnswer(200, encodeFrame({ type: "error", code, message, retryable: false }));
}

/** The last message rides on the answer; for who speaks `hubbub.v1`, it is the only one. */
async function answerMessage(
  { pusher, logger }: EventRoutesParts,
  connectionId: string,
  { replies, connection }: TransportResult,
): Promise<EventAnswer> {
  if (connection?.protocol !== "plain") {
    const joined = joinMessages(replies);
    return joined === undefined ? NOTHING : textAnswer(200, joined);
  }
  const last = replies.at(-1);
  if (last === undefined) return NOTHING;
  await push(pusher, logger, connectionId, replies.slice(0, -1));
  return textAnswer(200, last);
}

/** A body would come after the end of the connection, so the answers are pushed before it. */
async function answerAndClose(
  { pusher, logger }: EventRoutesParts,
  connectionId: string,
  { replies, close }: TransportResult,
): Promise<EventAnswer> {
  await push(pusher, logger, connectionId, replies);
  try {
    await pusher.close(connectionId, close?.code ?? 1000, close?.reason ?? "");
  } catch (error) {
    logger.error("a connection could not be closed", { code: close?.code, error });
  }
  return NOTHING;
}

async function push(
  pusher: EventPusher,
  logger: Logger,
  connectionId: string,
  texts: readonly string[],
): Promise<void> {
  try {
    for (const text of texts) {
      const result = await pusher.send(connectionId, text);
      if (result !== "sent") logger.warn("an answer was not sent", { result });
    }
  } catch (error) {
    logger.error("an answer could not be sent", { error });
  }
}

/** Most messages change nothing: then the service keeps what it has. */
function isUnchanged(
  { connection }: TransportResult,
  carried: CarriedConnection | undefined,
  { expiresAt, isClosed }: LeaseWatch,
): boolean {
  const isSame = carried !== undefined && carried.connection === connection;
  return isSame && expiresAt === undefined && !isClosed;
}

/** The connection as the store has it, as far as this message has shown. */
function nextState(
  { connection }: TransportResult,
  carried: CarriedConnection | undefined,
  { expiresAt, isClosed }: LeaseWatch,
  askedAt: number,
): CarriedConnection | undefined {
  if (!connection || isClosed) return undefined;
  if (expiresAt !== undefined)
    return { connection: { ...connection, expiresAt }, confirmedAt: askedAt };
  return { connection, confirmedAt: carried?.confirmedAt ?? askedAt };
}

/** Adds the state if it has changed: without the header the service keeps what it has. */
function withState(answer: EventAnswer, before: string | null, after: string): EventAnswer {
  if (after === (before ?? NO_STATE)) return answer;
  return { ...answer, headers: { ...answer.headers, [STATE]: after } };
}
