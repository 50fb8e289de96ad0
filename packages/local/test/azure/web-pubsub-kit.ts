import type { IncomingMessage } from "node:http";
import { WebPubSubServiceClient } from "@azure/web-pubsub";
import { onTestFinished } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import {
  createLocalWebPubSub,
  type LocalWebPubSub,
  type LocalWebPubSubOptions,
} from "../../src/azure.ts";
import { connect, type TestClient } from "../kit.ts";

/** An event as it came to a handler. */
export interface SeenEvent {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

const silent = { warn: (): void => undefined };
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

/** Connects a simple client of a user. */
export async function openClient(
  sdk: WebPubSubServiceClient,
  userId: string,
  groups: string[] = [],
): Promise<TestClient> {
  const { url } = await sdk.getClientAccessToken({ userId, groups });
  return connect(url);
}

/** Two users in one group. */
export interface TestRoom {
  service: LocalWebPubSub;
  sdk: WebPubSubServiceClient;
  ada: TestClient;
  bob: TestClient;
  adaId: string;
  bobId: string;
}

/** Starts a service with two users in the group `lobby`. */
export async function startRoom(): Promise<TestRoom> {
  const service = await startService();
  const sdk = serviceClient(service);
  const ada = await openClient(sdk, "ada", ["lobby"]);
  const [adaId = ""] = service.connections("chat");
  const bob = await openClient(sdk, "bob", ["lobby"]);
  const bobId = service.connections("chat")[1] ?? "";
  return { service, sdk, ada, bob, adaId, bobId };
}

/** Connects where the upgrade is refused. */
export async function refusedClient(
  url: string,
  protocols: string[] = [],
  options: ClientOptions = {},
): Promise<{ status: number | undefined; text: string }> {
  const ws = new WebSocket(url, protocols, options);
  ws.on("error", () => undefined);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    ws.once("unexpected-response", (_request, answer) => resolve(answer));
    ws.once("open", () => reject(new Error("the upgrade was not refused")));
  });
  const chunks = await response.toArray();
  return { status: response.statusCode, text: chunks.join("") };
}
