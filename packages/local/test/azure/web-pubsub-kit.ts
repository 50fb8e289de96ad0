import { type HubSendToAllOptions, WebPubSubServiceClient } from "@azure/web-pubsub";
import { onTestFinished } from "vitest";
import {
  createLocalWebPubSub,
  type LocalWebPubSub,
  type LocalWebPubSubOptions,
} from "../../src/azure.ts";

/** An event as it came to a handler. */
export interface SeenEvent {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

export const silent = { warn: (): void => undefined };
export const text = { contentType: "text/plain" } as const;

/** Starts a service that ends with the test. */
export async function startService(options: LocalWebPubSubOptions = {}): Promise<LocalWebPubSub> {
  const service = await createLocalWebPubSub({ logger: silent, ...options });
  onTestFinished(() => service.close());
  return service;
}

/** The official client of the REST API, without retries. */
export function serviceClient(
  { connectionString }: Pick<LocalWebPubSub, "connectionString">,
  hub = "chat",
): WebPubSubServiceClient {
  return new WebPubSubServiceClient(connectionString, hub, {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });
}

export type SendOptions = HubSendToAllOptions;

type Answer = Response | undefined;

/** A handler that allows every origin, remembers every event, and answers 204 unless told otherwise. */
export function createHandler(
  answer: (event: SeenEvent) => Answer | Promise<Answer> = () => undefined,
): { handler: (request: Request) => Promise<Response>; events: SeenEvent[]; checks: SeenEvent[] } {
  const events: SeenEvent[] = [];
  const checks: SeenEvent[] = [];
  return {
    events,
    checks,
    async handler(request) {
      const seen = {
        ...{ method: request.method, url: request.url, body: await request.text() },
        headers: Object.fromEntries(request.headers),
      };
      if (request.method !== "POST") {
        checks.push(seen);
        return new Response(null, { headers: { "webhook-allowed-origin": "*" } });
      }
      events.push(seen);
      return (await answer(seen)) ?? new Response(null, { status: 204 });
    },
  };
}

/** The names of events, in order. */
export function namesOf(events: readonly SeenEvent[]): (string | undefined)[] {
  return events.map(({ headers }) => headers["ce-eventname"]);
}

/** Waits until something is so, however long; between two looks, what is in progress goes on. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
