import { type Client, createClient, type Room } from "@hubbub/client";
import type { Chat } from "@hubbub/core";
import { createMemoryConnectionStore, createMemoryRoomLog } from "@hubbub/core/memory";
import {
  createLocalWebPubSub,
  type LocalWebPubSub,
  type LocalWebPubSubOptions,
} from "@hubbub/local/azure";
import { createCountingMeter } from "@hubbub/testing";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import {
  createEventHandler,
  createNegotiator,
  type EventHandler,
  type EventHandlerOptions,
  type Negotiator,
} from "../src/index.ts";
import { createChat, type Events, type Problem } from "./event-kit.ts";

/** A chat behind a service, with the official SDK in between. */
export interface ServiceKit {
  readonly service: LocalWebPubSub;
  readonly handler: EventHandler<Events>;
  readonly negotiate: Negotiator;
  readonly meter: ReturnType<typeof createCountingMeter>;
  readonly problems: Problem[];
  /** Another process for the same hub. */
  instance(options?: Partial<EventHandlerOptions>): EventHandler<Events>;
  open(options?: { session?: string; token?: string }): Client<Chat<Events>>;
}

/** Starts a service and its handler over memory; they end with the test. */
export async function startService(
  chat: Chat<Events> = createChat(),
  options: {
    handler?: Partial<EventHandlerOptions>;
    service?: LocalWebPubSubOptions;
    /** Where events go instead of straight to the handler. */
    urlTemplate?: string;
    /** What stands before the handler. */
    serve?: (handler: () => EventHandler<Events>) => (request: Request) => Promise<Response>;
  } = {},
): Promise<ServiceKit> {
  const parts: { handler?: EventHandler<Events> } = {};
  const current = () => parts.handler as EventHandler<Events>;
  const { urlTemplate, serve = (get) => (request) => get()(request) } = options;
  const service = await createLocalWebPubSub({
    logger: { warn: () => undefined },
    ...options.service,
    hubs: {
      chat: { eventHandlers: [urlTemplate ? { urlTemplate } : { handler: serve(current) }] },
    },
  });
  const problems: Problem[] = [];
  const add =
    (level: Problem["level"]) =>
    (message: string, details = {}) =>
      void problems.push({ level, message, details });
  const meter = createCountingMeter();
  const clock = {
    now: () => Date.now(),
    sleep: (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms)),
  };
  const ports = { clock, random: Math.random, id: () => crypto.randomUUID(), meter };
  const common: EventHandlerOptions = {
    hub: "chat",
    connectionString: service.connectionString,
    store: createMemoryConnectionStore(ports),
    log: createMemoryRoomLog(ports),
    meter,
    logger: { error: add("error"), warn: add("warn") },
    ...options.handler,
  };
  parts.handler = createEventHandler(chat, common);
  const { connectionString } = service;
  const negotiate = createNegotiator({ hub: "chat", connectionString });
  onTestFinished(async () => {
    await service.close();
    await parts.handler?.settled();
  });
  return {
    ...{ service, handler: parts.handler, negotiate, meter, problems },
    instance: (changes = {}) => createEventHandler(chat, { ...common, ...changes }),
    open({ session, token } = {}) {
      const client = createClient<Chat<Events>>({
        WebSocket,
        session,
        async negotiate() {
          const response = await negotiate(new Request("https://app.example/negotiate"));
          return { token, ...((await response.json()) as { url: string }) };
        },
      });
      onTestFinished(() => client.close());
      return client;
    },
  };
}

/** Joins a room, and remembers what is said there. */
export async function enter(
  client: Client<Chat<Events>>,
  name = "lobby",
): Promise<{ room: Room<Events>; heard: string[]; say: (text: string) => Promise<unknown> }> {
  const room = client.join(name);
  const heard: string[] = [];
  room.on("message", ({ data }) => void heard.push(data.text));
  await room.joined;
  return { room, heard, say: (text: string) => room.publish("say", { text }) };
}
