import { createHash, randomBytes } from "node:crypto";
import { type Chat, createHub, type EventDefinitions, type Hub, type User } from "@hubbub/core";
import { createConnectionState } from "./connection-state.ts";
import { type EventAnswer, textAnswer, toResponse } from "./event-answer.ts";
import { createAuthenticity } from "./event-authenticity.ts";
import { originsOf, pusherOf, resourceOf } from "./event-backend.ts";
import { checkEventHandlerOptions, type EventHandlerOptions } from "./event-handler-options.ts";
import { type EventHead, readEventHead } from "./event-head.ts";
import { systemPorts } from "./event-ports.ts";
import { createEventPusher } from "./event-pusher.ts";
import { type EventRequest, readBody } from "./event-request.ts";
import { createEventRoutes, errorAnswer } from "./event-routes.ts";
import { createEventStorage } from "./event-storage.ts";
import { createValidation } from "./event-validation.ts";
import { createRecentAnswers } from "./recent-answers.ts";
import { createSettling } from "./settling.ts";
import { createWatchedStore } from "./watched-store.ts";

/** The upstream of a hub, for whatever serves requests. It never rejects. */
export interface EventHandler<E extends EventDefinitions = EventDefinitions> {
  (request: EventRequest): Promise<Response>;
  /** For the application's own code, such as a job by the clock or a route. */
  readonly hub: Hub<E>;
  /** Resolves when nothing is under way any more; await it before a process ends. */
  settled(): Promise<void>;
}

const FIVE_MINUTES_MS = 5 * 60_000;

/**
 * Creates the upstream of a Web PubSub hub: what its event handler's URL leads to. It answers
 * validations, and `connect`, `connected`, `disconnected` and user events. Store, log and pusher live as
 * long as the process.
 *
 * @param chat What `defineChat` returned.
 * @param options The hub and its resource, above all.
 * @returns The handler, for Azure Functions, Express, Hono or `node:http`.
 * @throws InvalidArgumentError if an option is wrong or nothing verifies events; the message names it.
 */
export function createEventHandler<E extends EventDefinitions, U extends User>(
  chat: Chat<E, U>,
  options: EventHandlerOptions,
): EventHandler<E> {
  checkEventHandlerOptions(options);
  const { timeWindowMs = 2 * FIVE_MINUTES_MS, maxRecentEvents = 10_000, settleMs = 150 } = options;
  const ports = systemPorts(options);
  const { clock, logger } = ports;
  const resource = resourceOf(options);
  const validate = createValidation(originsOf(options, resource));
  const { code = [], verify, hub: name } = options;
  const authenticity = createAuthenticity({
    ...{ keys: resource.keys, codes: typeof code === "string" ? [code] : code, verify },
    ...{ hub: name, timeWindowMs, clock, logger },
  });
  const pusher = createEventPusher(pusherOf(options, resource));
  const { store: given, log } = createEventStorage(chat as unknown as Chat, options, ports);
  const store = createWatchedStore(given);
  const parts = { ...ports, store, log, pusher, carriesConnections: true };
  const hub = createHub(chat, parts);
  const { settle, settled } = createSettling(clock, settleMs);
  const state = createConnectionState({
    secrets: secretsOf(options, resource.keys),
    ...{ hub: name, ttlMs: options.stateTtlMs ?? FIVE_MINUTES_MS, clock },
  });
  const routes = createEventRoutes({ hub, pusher, store, state, now: clock.now, logger, settle });
  // An event whose time is ahead of ours is taken for twice the window after it first came.
  const ttlMs = 2 * timeWindowMs;
  const recent = createRecentAnswers({ clock, maxEvents: maxRecentEvents, ttlMs });

  async function handleEvent(request: EventRequest): Promise<EventAnswer> {
    const head = readEventHead(request);
    if ("problem" in head) return textAnswer(400, head.problem);
    const refusal = await authenticity.event(request, head);
    if (refusal) return refuse(refusal.status, refusal.why);
    const body = await readBody(request);
    if (!body) return tooLarge(head);
    const { connectionId, id, kind } = head;
    const fingerprint = createHash("sha256").update(head.identity).update(body).digest("base64");
    const work = async () => {
      try {
        return await routes[kind](head, body);
      } catch (error) {
        if (kind !== "message") throw error;
        logger.error("a message could not be handled", { error });
        return errorAnswer("internal", "internal"); // Any other status would cut the client off.
      }
    };
    const answer = await recent.once(`${connectionId} ${id}`, fingerprint, work);
    return answer ?? refuse(403, "an event with its id was another one");
  }

  function refuse(status: number, why: string): EventAnswer {
    logger.warn("refused an event", { status, why });
    return textAnswer(status, "refused"); // Whoever it is need not know what was wrong.
  }

  async function answer(request: EventRequest): Promise<EventAnswer> {
    if (request.method === "POST") return handleEvent(request);
    if (request.method !== "OPTIONS" && request.method !== "GET") return textAnswer(405, "POST");
    const refusal = authenticity.code(request);
    return refusal ? refuse(refusal.status, refusal.why) : validate(request);
  }

  async function handle(request: EventRequest): Promise<Response> {
    try {
      return toResponse(await answer(request));
    } catch (error) {
      logger.error("an event could not be handled", { error });
      return toResponse(textAnswer(503, "try again later")); // The service comes again.
    }
  }
  return Object.assign(handle, { hub, settled });
}

/** A message of this size is answered as any other that is too large; nothing else can be. */
function tooLarge({ kind }: EventHead): EventAnswer {
  if (kind === "message") return errorAnswer("too_large", "the message is too large");
  return textAnswer(413, "too large");
}

function secretsOf({ stateKey }: EventHandlerOptions, keys: readonly string[]): readonly string[] {
  if (stateKey !== undefined) return [stateKey];
  return keys.length > 0 ? keys : [randomBytes(32).toString("base64url")];
}
