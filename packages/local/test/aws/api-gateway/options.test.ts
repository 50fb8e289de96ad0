import { createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createLocalApiGateway, createLocalSqs } from "../../../src/aws.ts";
import { ok, rejection, startGateway } from "../../kit.ts";

describe("options of createLocalApiGateway", () => {
  const routes = { $default: ok };
  it.each([
    ["speed is not an option", { routes, speed: 1 }],
    ["routes", {}],
    ["routes.$default", { routes: { $default: {} } }],
    ["routeSelectionExpression", { routes, routeSelectionExpression: "$request.header.x" }],
    ["port", { routes, port: 65_536 }],
    ["stage", { routes, stage: "a/b" }],
    ["apiId", { routes, apiId: "" }],
    ["maxBufferedBytes", { routes, maxBufferedBytes: -1 }],
    ["integrationTimeoutMs", { routes, integrationTimeoutMs: 0 }],
    ["idleTimeoutMs", { routes, idleTimeoutMs: 2 ** 31 }],
    ["maxConnectionMs", { routes, maxConnectionMs: 0.5 }],
    ["latency.invokeMs", { routes, latency: { invokeMs: [2, 1] } }],
    ["latency.managementMs", { routes, latency: { managementMs: -1 } }],
    ["authorizer.handler", { routes, authorizer: {} }],
    ["authorizer.identitySources", { routes, authorizer: { handler: ok, identitySources: ["x"] } }],
    [
      "authorizer.identitySources",
      { routes, authorizer: { handler: ok, identitySources: ["route.request.header.A B"] } },
    ],
    ["throttle", { routes, throttle: { ratePerSecond: 1, burst: 0 } }],
    ["credentials", { routes, credentials: {} }],
    ["random", { routes, random: 4 }],
    ["clock", { routes, clock: { now: Date.now } }],
    ["tls", { routes, tls: { key: "x", cert: "y" } }],
  ])("names the wrong option %s", async (name, options) => {
    const error = await rejection(Reflect.apply(createLocalApiGateway, undefined, [options]));
    expect(error.code).toBe("invalid_argument");
    expect(error.message).toContain(name);
  });

  it("name a port that is in use", async () => {
    const { port } = await startGateway();
    const again = await rejection(createLocalApiGateway({ routes, port }));
    expect([again.code, again.message]).toEqual([
      "invalid_argument",
      expect.stringContaining(String(port)),
    ]);
    const sqs = await rejection(createLocalSqs({ port }));
    expect(sqs.code).toBe("invalid_argument");
  });

  it.each([
    ["accountId", { accountId: "1" }],
    ["port", { port: -1 }],
    ["clock", { clock: {} }],
    ["fifo is not an option", { fifo: true }],
  ])("names the wrong option %s of createLocalSqs", async (name, options) => {
    const error = await rejection(Reflect.apply(createLocalSqs, undefined, [options]));
    expect(error.code).toBe("invalid_argument");
    expect(error.message).toContain(name);
  });

  it("listens on 127.0.0.1 only", async () => {
    const { port } = await startGateway();
    // Another address of this machine is free on the same port: nobody listens there.
    const server = createServer();
    onTestFinished(() => {
      server.close();
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.2", resolve);
    });
    expect(server.listening).toBe(true);
  });
});
