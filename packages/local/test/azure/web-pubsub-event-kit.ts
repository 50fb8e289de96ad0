import type { WebPubSubServiceClient } from "@azure/web-pubsub";
import type { LocalWebPubSub } from "../../src/azure.ts";
import { createTestClock, type TestClock } from "../kit.ts";
import { createHandler, type SeenEvent, serviceClient, startService } from "./web-pubsub-kit.ts";

/** What a handler in a test answers. */
export type Answer = (event: SeenEvent) => Response | undefined | Promise<Response | undefined>;

/** A service with a handler, and a clock that stands still. */
export interface HandledService extends ReturnType<typeof createHandler> {
  service: LocalWebPubSub;
  clock: TestClock;
  sdk: WebPubSubServiceClient;
}

/** Starts a service whose hub `chat` has a handler. */
export async function startWithHandler(
  answer?: Answer,
  options: { secondaryKey?: string } = {},
): Promise<HandledService> {
  const seen = createHandler(answer);
  const clock = createTestClock();
  const urlTemplate = "http://app.test/api/{HUB}/{event}?code=key";
  const hubs = { chat: { eventHandlers: [{ handler: seen.handler, urlTemplate }] } };
  const service = await startService({ hubs, clock, ...options });
  return { ...seen, service, clock, sdk: serviceClient(service) };
}

/** Creates an answer in JSON. */
export function json(body: object, headers: Record<string, string> = {}): Response {
  return Response.json(body, { headers });
}
