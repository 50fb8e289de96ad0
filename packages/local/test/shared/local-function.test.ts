import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLambdaContext } from "../../src/aws/lambda/lambda-context.ts";
import {
  createLocalApiGateway,
  createLocalFunction,
  type LambdaContext,
  type LocalFunctionOptions,
} from "../../src/aws.ts";
import { systemClock } from "../../src/shared/local-clock.ts";
import { connect, createTestClock, rejection } from "../kit.ts";

const module = new URL("../fixtures/functions.mjs", import.meta.url);

const contextFor = (timeoutMs = 29_000): LambdaContext =>
  createLambdaContext({
    ...{ functionName: "chat", region: "us-east-1", accountId: "000000000000" },
    ...{ clock: systemClock, deadline: Date.now() + timeoutMs },
  });

function start(options: Partial<LocalFunctionOptions> = {}) {
  const fn = createLocalFunction({ module, ...options });
  onTestFinished(() => fn.close());
  const invoke = async (event: unknown) => Object(await fn.handler(event, contextFor()));
  return { ...fn, invoke };
}

/** A server that keeps the bodies of the requests to it. */
async function startSink() {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    bodies.push((await request.toArray()).join(""));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return { bodies, url: `http://127.0.0.1:${port}/` };
}

describe("createLocalFunction", () => {
  it("runs a handler with event, context and environment, and answers JSON", async () => {
    const { invoke } = start({ env: { STAGE: "prod" } });
    const event = { body: "hi", list: [1, null] };
    const answer = await invoke(event);
    expect(answer).toEqual({
      ...{ invocations: 1, event, stage: "prod", functionName: "chat" },
      requestId: expect.any(String),
      remainingMs: expect.any(Number),
    });
    expect(answer.remainingMs).toBeGreaterThan(20_000);
    expect(answer.remainingMs).toBeLessThanOrEqual(29_000);
  });

  it("keeps an environment for the next invocation, and starts one for each at the same time", async () => {
    const fn = start();
    const counts = async (...events: object[]) =>
      Promise.all(events.map(async (event) => (await fn.invoke(event)).invocations));
    expect(await counts({})).toEqual([1]);
    expect(await counts({})).toEqual([2]);
    expect(await counts({ sleepMs: 50 }, { sleepMs: 50 })).toEqual([3, 1]);
    expect(fn.environments()).toBe(2);
  });

  it("freezes what was not awaited until the environment is invoked again", async () => {
    const { bodies, url } = await startSink();
    const { invoke } = start({ exportName: "send" });
    const other = start({ exportName: "send" });
    await invoke({ url, body: "late" });
    // What another environment sends meanwhile takes far longer than the request would.
    for (let index = 0; index < 20; index++) await other.invoke({ url, body: "x", awaits: true });
    expect(bodies).toEqual(Array(20).fill("x"));
    // It goes on beside the next invocation, and may need more than one of them, as on AWS.
    for (let index = 0; index < 20 && !bodies.includes("late"); index++) {
      await invoke({ url, body: "y", awaits: true });
    }
    expect(bodies).toContain("late");
  });

  it("rejects with what the handler threw, and keeps the environment", async () => {
    const fn = start();
    const error = await rejection(fn.invoke({ fail: "boom" }));
    expect([error.name, error.message]).toEqual(["TypeError", "boom"]);
    expect(error.stack).toContain("functions.mjs");
    expect((await fn.invoke({})).invocations).toBe(2);
  });

  it("ends an environment that takes longer than timeoutMs", async () => {
    const clock = createTestClock();
    const fn = start({ clock, timeoutMs: 3000 });
    await fn.invoke({});
    const late = rejection(fn.invoke({ sleepMs: 60_000 }));
    await clock.advance(3000);
    expect((await late).message).toBe("Task timed out after 3.00 seconds");
    expect(fn.environments()).toBe(0);
    expect((await fn.invoke({})).invocations).toBe(1);
  });

  it("survives a handler that ends its process", async () => {
    const fn = start();
    expect((await rejection(fn.invoke({ exit: true }))).message).toContain("has ended");
    expect((await fn.invoke({})).invocations).toBe(1);
  });

  it("refuses more invocations at once than maxEnvironments", async () => {
    const fn = start({ maxEnvironments: 1 });
    const first = fn.invoke({ sleepMs: 20 });
    expect((await rejection(fn.invoke({}))).message).toContain("TooManyRequests");
    await first;
    expect((await fn.invoke({})).invocations).toBe(2);
  });

  it("takes a path, too, and says if there is no such handler", async () => {
    expect((await start({ module: fileURLToPath(module) }).invoke({})).invocations).toBe(1);
    const missing = await rejection(start({ exportName: "nothing" }).invoke({}));
    expect(missing.message).toContain("exports no function nothing");
  });

  it("rejects what is in progress, and all later calls, once closed", async () => {
    const fn = start();
    const running = rejection(fn.invoke({ sleepMs: 60_000 }));
    await fn.close();
    expect((await running).message).toContain("has ended");
    expect((await rejection(fn.invoke({}))).message).toContain("closed");
    expect(fn.environments()).toBe(0);
  });

  it.each([
    ["module", {}],
    ["timeoutMs", { module, timeoutMs: 0 }],
    ["maxEnvironments", { module, maxEnvironments: 0.5 }],
    ["memory is not an option", { module, memory: 1 }],
  ])("names the wrong option %s", (name, options) => {
    const create = () => Reflect.apply(createLocalFunction, undefined, [options]);
    expect(create).toThrow(expect.objectContaining({ code: "invalid_argument" }));
    expect(create).toThrow(name);
  });

  // https://blog.dai.codes/aws-gw-management-api-promises: lost on Lambda, fine under serverless-offline
  it("loses a post to @connections that a route did not await", async () => {
    const functions: { close(): Promise<void> }[] = [];
    const gateway = await createLocalApiGateway({
      routes: {
        $default: {
          routeResponse: true,
          handler: (event, context) => {
            const env = { CALLBACK_URL: gateway.callbackUrl };
            // A new environment for every message: nothing thaws the one before.
            const fn = createLocalFunction({ module, exportName: "forgetfulRoute", env });
            functions.push(fn);
            return fn.handler(event, context);
          },
        },
      },
    });
    onTestFinished(async () => {
      await gateway.close();
      await Promise.all(functions.map((fn) => fn.close()));
    });
    const { ws, next } = await connect(gateway.url);
    ws.send("forget");
    expect(await next()).toBe("answer to forget");
    ws.send("wait");
    expect([await next(), await next()]).toEqual(["post for wait", "answer to wait"]);
  });
});
