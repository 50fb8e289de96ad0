import { describe, expect, it, onTestFinished } from "vitest";
import {
  createEventSource,
  createLocalFunction,
  type LambdaCallback,
  type LocalApiGatewayOptions,
  type WebSocketEvent,
} from "../../../src/aws.ts";
import { connect, refused, silent, startGateway } from "../../kit.ts";
import { startSqs } from "../../sqs-kit.ts";

/** Calls back later, as code without promises does. */
const later = (callback: LambdaCallback, ...answer: Parameters<LambdaCallback>) =>
  void setImmediate(() => callback(...answer));

describe("a handler that answers by its callback", () => {
  it("lets a client in and answers it, at a gateway", async () => {
    const gateway = await startGateway({
      routes: {
        $connect: (event, _context, callback) => {
          const refuses = JSON.stringify(event).includes('"no":"entry"');
          later(callback, null, { statusCode: refuses ? 403 : 200 });
        },
        $default: {
          handler: (event: WebSocketEvent, _context: unknown, callback: LambdaCallback) =>
            later(callback, undefined, {
              statusCode: 200,
              body: "body" in event ? event.body.toUpperCase() : "",
            }),
          routeResponse: true,
        },
        fails: (_event, _context, callback) => later(callback, "an error"),
        nothing: (_event, _context, callback) => later(callback),
      },
    });
    expect((await refused(`${gateway.url}?no=entry`)).status).toBe(403);
    const { ws, next, nextJson } = await connect(gateway.url);
    ws.send("hello");
    expect(await next()).toBe("HELLO");
    for (const action of ["fails", "nothing"]) {
      ws.send(JSON.stringify({ action }));
      expect(await nextJson()).toMatchObject({ message: "Internal server error" });
    }
  });

  it("says 401, as an authorizer", async () => {
    const gateway = await startGateway({
      authorizer: { handler: (_event, _context, callback) => later(callback, "Unauthorized") },
    });
    expect((await refused(gateway.url)).status).toBe(401);
  });

  it("keeps what failed in its queue, as an event source's", async () => {
    const { sqs } = await startSqs();
    const queue = sqs.queue("jobs");
    const source = createEventSource({
      ...{ queue, batchSize: 1, logger: silent },
      handler: ({ Records }, _context, callback) =>
        later(callback, Records[0]?.body === "bad" ? new Error("bad") : null),
    });
    onTestFinished(() => source.close());
    for (const body of ["good", "bad", "good"]) queue.send(body);
    await source.idle();
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  });

  it("answers from a frozen function", async () => {
    const module = new URL("../../fixtures/callback-lambda.cjs", import.meta.url);
    const { handler, close } = createLocalFunction({ module });
    onTestFinished(close);
    const context = { getRemainingTimeInMillis: () => 29_000 };
    expect(await handler({ body: "hi" }, context)).toEqual({ statusCode: 200, body: "hi" });
    await expect(handler({ fail: "no" }, context)).rejects.toMatchObject({ message: "no" });
    expect(await handler({ body: "again" }, context)).toMatchObject({ body: "again" });
  });
});

it("a handler with a third parameter may answer by a promise or at once", async () => {
  const gateway = await startGateway({
    routes: {
      $connect: (_event, _context, _callback) => ({ statusCode: 200 }),
      $default: {
        handler: async (_event: unknown, _context: unknown, _callback: unknown) => ({
          ...{ statusCode: 200, body: "promised" },
        }),
        routeResponse: true,
      },
    },
  });
  const { ws, next } = await connect(gateway.url);
  ws.send("hello");
  expect(await next()).toBe("promised");
});

/** As `@types/aws-lambda` has it: all three parameters, and a `messageId` in every event. */
type ForeignHandler = (
  event: { requestContext: { connectionId: string; messageId: string }; body?: string },
  context: { awsRequestId: string; identity?: { cognitoIdentityId: string } },
  callback: (error?: Error | string | null, result?: { statusCode: number; body?: string }) => void,
) => unknown;

it("a handler with somebody else's types is taken as it is", async () => {
  const echo: ForeignHandler = async ({ body = "" }) => ({ statusCode: 200, body });
  const routes: LocalApiGatewayOptions["routes"] = {
    $connect: echo,
    $default: { handler: echo, routeResponse: true },
  };
  const gateway = await startGateway({ routes });
  const { ws, next } = await connect(gateway.url);
  ws.send("hello");
  expect(await next()).toBe("hello");
});
