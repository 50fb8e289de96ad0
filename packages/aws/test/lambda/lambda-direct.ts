import { createMemoryConnectionStore, createMemoryRoomLog } from "@hubbub/core/memory";
import { onTestFinished } from "vitest";
import {
  createLambdaHandler,
  type LambdaHandler,
  type LambdaHandlerOptions,
} from "../../src/index.ts";
import { chat, createProblems, credentials, type Events, type Problem } from "./lambda-kit.ts";

const ports = {
  clock: {
    now: () => Date.now(),
    sleep: (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms)),
  },
  random: Math.random,
  id: () => crypto.randomUUID(),
};

/** A function over memory, invoked directly. */
export function startDirect(
  options: Partial<LambdaHandlerOptions> & Record<string, unknown> = {},
  definition: typeof chat = chat,
): {
  handler: LambdaHandler<Events>;
  problems: Problem[];
  /** To whom was pushed. */
  pushes: string[];
} {
  const { problems, logger } = createProblems();
  const pushes: string[] = [];
  const handler = createLambdaHandler(definition, {
    store: createMemoryConnectionStore(ports),
    log: createMemoryRoomLog(ports),
    pusher: {
      send: async (connectionId) => {
        pushes.push(connectionId);
        return "sent";
      },
      close: async () => undefined,
    },
    ...{ region: "us-east-1", credentials, logger },
    ...options,
  });
  onTestFinished(() => handler.close());
  return { handler, problems, pushes };
}

/** The context of events, but for what kind they are. */
export const context: Record<"apiId" | "stage" | "connectionId" | "domainName", string> = {
  ...{ apiId: "abcd1234", stage: "prod", connectionId: "L0SM9cOFvHcCIhw=" },
  domainName: "abcd1234.execute-api.us-east-1.amazonaws.com",
};
/** A message's event; by default it is a `hello`. */
export const message = (
  more: object = {},
  body: string = '{"type":"hello","session":"0123456789abcdef"}',
): object => ({
  requestContext: { ...context, eventType: "MESSAGE", routeKey: "$default", ...more },
  body,
  isBase64Encoded: false,
});
/** A client's arrival. */
export const connect = (more: object = {}): object => ({
  requestContext: { ...context, eventType: "CONNECT", routeKey: "$connect", ...more },
  headers: { "Sec-WebSocket-Protocol": "hubbub.v1" },
});
