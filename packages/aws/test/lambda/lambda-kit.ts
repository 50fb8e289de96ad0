import { randomUUID } from "node:crypto";
import type { Room } from "@hubbub/client";
import { type Client, createClient } from "@hubbub/client";
import {
  type Chat,
  type ChatDefinition,
  defineChat,
  type EventDefinitions,
  type Logger,
  type User,
} from "@hubbub/core";
import {
  createLocalApiGateway,
  type LocalApiGateway,
  type LocalApiGatewayOptions,
  type WebSocketEvent,
} from "@hubbub/local/aws";
import { type CountingMeter, createCountingMeter } from "@hubbub/testing";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import type { ApiGatewayPusher, LambdaHandler, LambdaHandlerOptions } from "../../src/index.ts";
import { createApiGatewayPusher, createLambdaHandler } from "../../src/index.ts";
import type { DynamoKit } from "../dynamo/dynamo-kit.ts";

const say: { data: z.ZodType<{ text: string }, { text: string }> } = {
  data: z.object({ text: z.string().max(30_000) }),
};

/** The events of these tests. */
export type Events = { say: typeof say };

/** Defines a chat without presence, so that what is pushed is what was said. */
export function createChat(changes: Partial<ChatDefinition<Events, User>> = {}): Chat<Events> {
  return defineChat({ events: { say }, presence: false, ...changes });
}

export const chat: Chat<Events> = createChat();

export const credentials: { accessKeyId: string; secretAccessKey: string } = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "secret",
};

/** A problem that was logged. */
export interface Problem {
  level: "error" | "warn";
  message: string;
  details: Record<string, unknown>;
}

/** A logger that remembers. */
export function createProblems(): { problems: Problem[]; logger: Logger } {
  const problems: Problem[] = [];
  const add =
    (level: Problem["level"]) =>
    (message: string, details: Record<string, unknown> = {}) =>
      void problems.push({ level, message, details });
  return { problems, logger: { error: add("error"), warn: add("warn") } };
}

/** A chat behind a gateway, with the official SDK in between. */
export interface LambdaKit<E extends EventDefinitions> {
  readonly gateway: LocalApiGateway;
  readonly handler: LambdaHandler<E>;
  /** Another instance of the function, for the same table and stage. */
  instance(options?: Partial<LambdaHandlerOptions>): LambdaHandler<E>;
  readonly tableName: string;
  readonly meter: CountingMeter;
  readonly problems: Problem[];
  /** What the gateway has invoked, in order. */
  readonly events: WebSocketEvent[];
  /** What the operator has in hand: its `close` cuts a connection. */
  readonly pusher: ApiGatewayPusher;
  open(options?: { session?: string; token?: string }): Client<Chat<Events>>;
}

/** What a kit may do otherwise. */
export interface LambdaKitOptions {
  handler?: Partial<LambdaHandlerOptions>;
  gateway?: Partial<LocalApiGatewayOptions>;
  /** Functions that take turns, as the instances of a busy function do. (Default: 1) */
  instances?: number;
}

/** Starts a gateway and its function over a new table; they end with the test. */
export async function startLambda<E extends EventDefinitions, U extends User>(
  dynamo: DynamoKit,
  definition: Chat<E, U>,
  { handler: options = {}, gateway: gatewayOptions = {}, instances = 1 }: LambdaKitOptions = {},
): Promise<LambdaKit<E>> {
  const tableName = await dynamo.createTable();
  const meter = createCountingMeter();
  const { problems, logger } = createProblems();
  const handlers: LambdaHandler<E>[] = [];
  const events: WebSocketEvent[] = [];
  const handle = (event: WebSocketEvent, context: { getRemainingTimeInMillis(): number }) => {
    events.push(event);
    return handlers[events.length % handlers.length]?.(event, context);
  };
  const routeResponse = options.routeResponse ?? false;
  const gateway = await createLocalApiGateway({
    routes: {
      $connect: handle,
      $default: { handler: handle, routeResponse },
      $disconnect: handle,
    },
    credentials,
    ...gatewayOptions,
  });
  const instance = (more: Partial<LambdaHandlerOptions> = {}) => {
    const created = createLambdaHandler(definition, {
      tableName,
      client: dynamo.client,
      callbackUrl: gateway.callbackUrl,
      region: "us-east-1",
      ...{ credentials, meter, logger },
      ...options,
      ...more,
    });
    onTestFinished(() => created.close());
    return created;
  };
  for (let n = 0; n < instances; n++) handlers.push(instance());
  const [handler] = handlers;
  if (!handler) throw new Error("no instance");
  onTestFinished(() => gateway.close());
  const endpoint = gateway.callbackUrl;
  const pusher = createApiGatewayPusher({ endpoint, region: "us-east-1", credentials });
  onTestFinished(() => pusher.destroy());

  return {
    ...{ gateway, handler, instance, tableName, meter, problems, events, pusher },
    open({ session = randomUUID(), token } = {}) {
      const client = createClient<Chat<Events>>({
        ...{ url: gateway.url, WebSocket, session, backoffMaxMs: 50, connectTimeoutMs: 3000 },
        answerTimeoutMs: 2000,
        ...(token !== undefined && { token }),
      });
      onTestFinished(() => client.close());
      return client;
    },
  };
}

/** Somebody in a room. */
export interface Guest {
  readonly room: Room<Events>;
  /** The texts that were said, in the order in which they came. */
  readonly heard: string[];
  say(text: string): Promise<unknown>;
}

/** Joins a room and collects what is said there. */
export async function enter(client: Client<Chat<Events>>, name = "lobby"): Promise<Guest> {
  const room = client.join(name);
  const heard: string[] = [];
  room.on("message", ({ data }) => void heard.push(data.text));
  await room.joined;
  return { room, heard, say: (text: string) => room.publish("say", { text }) };
}
