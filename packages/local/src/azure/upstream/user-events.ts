import { sleep } from "../../shared/local-clock.ts";
import type { HubConnection } from "../hub.ts";
import { CONTENT_TYPES, dataTypeOf, type Payload } from "../hub-message.ts";
import { isMetadata, readMetadata } from "../metadata.ts";
import type { ResolvedWebPubSubOptions } from "../resolve-web-pubsub-options.ts";
import type { HandlerAnswer } from "./call-handler.ts";
import { type EventDispatcher, type EventOutcome, infoOf } from "./event-dispatcher.ts";
import { createUpstreamEvent, type EventSettings } from "./upstream-event.ts";

/** What a client is told of its event: the handler's answer, if there is one, or that it failed. */
type UserEventResult = { reply: Payload | undefined } | { failure: string };

/** Sends an event of a client to its handler, and keeps the state that the answer brings. Never rejects. */
export type SendUserEvent = (
  connection: HubConnection,
  name: string,
  payload: Payload,
) => Promise<UserEventResult>;

/** Creates the function that sends clients' events. */
export function createUserEvents(
  settings: EventSettings & Pick<ResolvedWebPubSubOptions, "clock" | "faults">,
  dispatcher: EventDispatcher,
): SendUserEvent {
  const { clock, faults } = settings;
  return async (connection, name, { dataType, data, metadata }) => {
    const id = connection.nextEventId++;
    const parts = { connection, kind: "user", name, id, body: data, metadata } as const;
    const event = createUpstreamEvent(
      settings,
      { ...parts, contentType: CONTENT_TYPES[dataType] },
      clock.now(),
    );
    const outcome = await dispatcher.dispatch(event);
    keepState(connection, outcome);
    await sleep(clock, faults.replies?.(infoOf(event)) ?? 0);
    return readOutcome(outcome);
  };
}

/** Takes the state and the cookies that a good answer to a blocking event brings. */
export function keepState(
  connection: Pick<HubConnection, "state" | "cookies">,
  outcome: EventOutcome,
): void {
  const headers = goodAnswer(outcome)?.headers;
  if (!headers) return;
  connection.state = headers.get("ce-connectionstate") ?? connection.state;
  connection.cookies.take(headers.getSetCookie());
}

/** The answer, if its status is one of 200 to 299. */
export function goodAnswer(outcome: EventOutcome): HandlerAnswer | undefined {
  if (outcome.type !== "answered") return undefined;
  return outcome.status >= 200 && outcome.status < 300 ? outcome : undefined;
}

function readOutcome(outcome: EventOutcome): UserEventResult {
  if (outcome.type === "no-handler") return { failure: "no event handler takes the event" };
  if (outcome.type === "failed") return { failure: outcome.reason };
  const answer = goodAnswer(outcome);
  if (!answer) return { failure: `the event handler answered ${outcome.status}` };
  const { headers, body: data } = answer;
  const metadata = readMetadata(headers);
  if (metadata && !isMetadata(metadata)) {
    return { failure: "the event handler's answer has metadata that is not valid" };
  }
  if (data.length === 0) return { reply: metadata && { dataType: "text", data, metadata } };
  const contentType = headers.get("content-type");
  const dataType = contentType === null ? "binary" : dataTypeOf(contentType);
  if (!dataType) return { failure: "the event handler's answer has an unknown Content-Type" };
  if (dataType === "json" && !isJson(data.toString())) {
    return { failure: "the event handler's answer is no JSON" };
  }
  return { reply: { dataType, data, metadata } };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
