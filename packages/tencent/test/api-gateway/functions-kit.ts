import { randomUUID } from "node:crypto";
import { type Client, createClient } from "@hubbub/client";
import {
  type Chat,
  type ChatDefinition,
  type ConnectionStore,
  defineChat,
  type EventDefinitions,
  type RoomLog,
  type Schema,
  type User,
} from "@hubbub/core";
import { createMemoryConnectionStore, createMemoryRoomLog } from "@hubbub/core/memory";
import {
  createLocalTencentGateway,
  type LocalTencentGateway,
  type LocalTencentGatewayOptions,
} from "@hubbub/local/tencent";
import { type CountingMeter, createCountingMeter } from "@hubbub/testing";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import {
  type ApiGatewayFunctions,
  type ApiGatewayOptions,
  createApiGatewayFunctions,
} from "../../src/api-gateway.ts";
import { createProblems, type Problem } from "./problems.ts";

type Events = { say: { data: Schema<{ text: string }> } };

/** A chat that speaks both: `hubbub.v1`, and the plain text of the classic chat. */
export const chat: Chat<Events, User> = defineChat<Events, User>({
  events: { say: { data: z.object({ text: z.string().max(2000) }) } },
  presence: false,
  plain: {
    room: "lobby",
    receive: (text) => ({ event: "say", data: { text } }),
    render: ({ data }, { online }) => `${Object(data).text}(===Online people:${online}===)`,
  },
});

const ports = {
  clock: {
    now: () => Date.now(),
    sleep: (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms)),
  },
  random: Math.random,
  id: randomUUID,
};

/** A store and a log in memory. */
export function createBackend(): { store: ConnectionStore; log: RoomLog } {
  return { store: createMemoryConnectionStore(ports), log: createMemoryRoomLog(ports) };
}

/** Functions over memory, to be invoked directly. */
export function createDirect(
  options: Partial<ApiGatewayOptions> & Record<string, unknown> = {},
  definition: ChatDefinition<Events, User> = chat.definition,
): ApiGatewayFunctions<Events> & { problems: Problem[]; pushes: string[] } {
  const { problems, logger } = createProblems();
  const pushes: string[] = [];
  const pusher = {
    async send(connectionId: string) {
      pushes.push(connectionId);
      return "sent" as const;
    },
    close: async () => undefined,
  };
  const functions = createApiGatewayFunctions(defineChat(definition), {
    ...createBackend(),
    ...{ pusher, logger },
    ...options,
  });
  onTestFinished(() => functions.close());
  return Object.assign(functions, { problems, pushes });
}

/** A chat behind a local gateway: three functions, each deployed on its own, over one backend. */
export interface FunctionsKit<E extends EventDefinitions> {
  readonly gateway: LocalTencentGateway;
  readonly functions: ApiGatewayFunctions<E>;
  readonly problems: Problem[];
  readonly meter: CountingMeter;
  open(): Client<Chat<Events>>;
}

/** Starts it; it ends with the test. */
export async function startFunctions<E extends EventDefinitions, U extends User>(
  definition: Chat<E, U>,
  options: Partial<ApiGatewayOptions> = {},
  gatewayOptions: Partial<LocalTencentGatewayOptions> = {},
): Promise<FunctionsKit<E>> {
  const { problems, logger } = createProblems();
  const meter = createCountingMeter();
  const backend = createBackend();
  const deploy = () => {
    const pushUrl = () => gateway.pushUrl;
    const all = { ...backend, pushUrl, logger, meter, ...options };
    const functions = createApiGatewayFunctions(definition, all);
    onTestFinished(() => functions.close());
    return functions;
  };
  const [first, second, third] = [deploy(), deploy(), deploy()];
  const gateway = await createLocalTencentGateway({
    ...{ register: first.register, transport: second.transport, cleanup: third.cleanup },
    ...{ functionTimeoutMs: 60_000, ...gatewayOptions },
  });
  onTestFinished(() => gateway.close());
  return {
    ...{ gateway, functions: second, problems, meter },
    open() {
      const client = createClient<Chat<Events>>({
        ...{ url: gateway.url, WebSocket, session: randomUUID(), backoffMaxMs: 50 },
      });
      onTestFinished(() => client.close());
      return client;
    },
  };
}

/** The event of a client that arrives. */
export const arrival = (websocket: object = {}, requestContext: unknown = {}): object => ({
  requestContext,
  websocket: {
    action: "connecting",
    secConnectionID: "xawexasdfewezdfsdfeasdfffa==",
    ...websocket,
  },
});
/** The event of a message. */
export const message = (websocket: object = {}): object => ({
  websocket: {
    ...{ action: "data send", secConnectionID: "xawexasdfewezdfsdfeasdfffa==" },
    ...{ dataType: "text", data: '{"type":"hello","session":"0123456789abcdef"}', ...websocket },
  },
});
/** The event of a client that left. */
export const leave = (websocket: object = {}): object => ({
  websocket: { action: "closing", secConnectionID: "xawexasdfewezdfsdfeasdfffa==", ...websocket },
});
