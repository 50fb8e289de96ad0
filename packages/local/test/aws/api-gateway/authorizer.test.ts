import { describe, expect, it } from "vitest";
import type { AuthorizerEvent, WebSocketConnectEvent, WebSocketEvent } from "../../../src/aws.ts";
import { connect, refused, startGateway } from "../../kit.ts";

const policy = (Effect: string, Resource: string | string[] = "*") => ({
  Version: "2012-10-17",
  Statement: [{ Action: "execute-api:Invoke", Effect, Resource }],
});

describe("the authorizer", () => {
  it("gets the request, and hands its context on as strings", async () => {
    const asked: AuthorizerEvent[] = [];
    const connected: WebSocketConnectEvent[] = [];
    const gateway = await startGateway({
      ...{ apiId: "abcd1234", accountId: "123456789012", region: "eu-west-1" },
      authorizer: {
        handler: async (event: AuthorizerEvent) => {
          asked.push(event);
          const context = { tenant: "t1", admin: true, level: 3 };
          return { principalId: "u1", policyDocument: policy("Allow", event.methodArn), context };
        },
      },
      routes: {
        $connect: async (event: WebSocketConnectEvent) => {
          connected.push(event);
          return { statusCode: 200 };
        },
      },
    });
    await connect(`${gateway.url}?token=x`);
    expect(asked[0]).toMatchObject({
      type: "REQUEST",
      methodArn: "arn:aws:execute-api:eu-west-1:123456789012:abcd1234/prod/$connect",
      headers: { Upgrade: "websocket" },
      queryStringParameters: { token: "x" },
      requestContext: { routeKey: "$connect", eventType: "CONNECT" },
    });
    const authorizer = { tenant: "t1", admin: "true", level: "3", principalId: "u1" };
    expect(connected[0]?.requestContext.authorizer).toEqual(authorizer);
    await connect(gateway.url); // Without a query: empty for the authorizer, absent for the route.
    expect(asked[1]).toMatchObject({
      queryStringParameters: {},
      multiValueQueryStringParameters: {},
    });
    expect(connected[1]).not.toHaveProperty("queryStringParameters");
  });

  const decided = (value: () => unknown) => ({ handler: async () => value() });
  const both = [...policy("Allow").Statement, ...policy("Deny").Statement];
  const allowAndDeny = { Version: "2012-10-17", Statement: both };
  const big = { text: "x".repeat(8 * 1024) };
  it.each([
    [403, "denies", () => ({ principalId: "u", policyDocument: policy("Deny") })],
    [403, "allows and denies", () => ({ principalId: "u", policyDocument: allowAndDeny })],
    [
      403,
      "allows something else",
      () => ({
        principalId: "u",
        policyDocument: policy("Allow", "arn:aws:execute-api:*/other/*"),
      }),
    ],
    [403, "has no policy", () => ({ principalId: "u" })],
    [
      403,
      "allows what is no text",
      () => ({ principalId: "u", policyDocument: { Statement: { Action: 7, Effect: "Allow" } } }),
    ],
    ...[
      "arn:*:local12345/dev/*",
      "arn:*z*$connect",
      "arn:*prod/$connect*$connect",
      "arn:aws:execute-api:*/$disconnect",
      "arn:aws:execute-api:us-east-1:000000000000:local12345/prod/$connect/more",
      "local12345/prod/$connect",
    ].map((resource): [number, string, () => object] => [
      403,
      `allows only ${resource}`,
      () => ({ principalId: "u", policyDocument: policy("Allow", resource) }),
    ]),
    [
      401,
      "throws Unauthorized",
      () => {
        throw new Error("Unauthorized");
      },
    ],
    [
      500,
      "throws anything else",
      () => {
        throw new Error("no database");
      },
    ],
    [500, "throws nothing", () => Promise.reject(null)],
    [500, "answers nothing", () => undefined],
    [
      500,
      "has a context that is no object",
      () => ({ principalId: "u", policyDocument: policy("Allow"), context: "t1" }),
    ],
    [500, "has no principal", () => ({ policyDocument: policy("Allow") })],
    [
      500,
      "has a nested context",
      () => ({ principalId: "u", policyDocument: policy("Allow"), context: { a: {} } }),
    ],
    [
      500,
      "answers more than 8 KB",
      () => ({ principalId: "u", policyDocument: policy("Allow"), context: big }),
    ],
  ])("answers %i if it %s, and $connect is not invoked", async (status, _name, value) => {
    let connects = 0;
    const gateway = await startGateway({
      authorizer: decided(value),
      routes: { $connect: async () => ({ statusCode: 200 + connects++ }) },
    });
    expect((await refused(gateway.url)).status).toBe(status);
    expect(connects).toBe(0);
  });

  it.each([
    "*",
    "arn:aws:execute-api:*:*:local12345/*/$connect",
    "arn:aws:execute-api:us-east-1:000000000000:local12345/prod/*",
  ])("lets in by the resource %s", async (resource) => {
    const allow = () => ({ principalId: "u", policyDocument: policy("Allow", ["x", resource]) });
    const gateway = await startGateway({ authorizer: decided(allow), routes: {} });
    await connect(gateway.url);
    expect(gateway.connections()).toHaveLength(1);
  });

  it("may answer 8 KB", async () => {
    const answer = (text: string) => ({
      ...{ principalId: "u", policyDocument: policy("Allow"), context: { text } },
    });
    const room = 8 * 1024 - JSON.stringify(answer("")).length;
    const gateway = await startGateway({ authorizer: decided(() => answer("x".repeat(room))) });
    await connect(gateway.url);
    expect(gateway.connections()).toHaveLength(1);
  });

  it.each([false, true])(
    "shows its context in every event only if asked to: %s",
    async (always) => {
      const seen: unknown[] = [];
      const noted = async ({ requestContext }: WebSocketEvent) => {
        seen.push(Reflect.get(requestContext, "authorizer"));
        return { statusCode: 200 };
      };
      const handler = async () => ({ principalId: "u", policyDocument: policy("Allow") });
      const gateway = await startGateway({
        authorizer: { handler, onEveryEvent: always },
        routes: { $connect: noted, $default: noted, $disconnect: noted },
      });
      const { ws } = await connect(gateway.url);
      ws.send("hi");
      ws.close();
      while (seen.length < 3) await new Promise(setImmediate);
      const context = { principalId: "u" };
      expect(seen).toEqual(always ? [context, context, context] : [context, undefined, undefined]);
    },
  );

  it("is not asked without its identity sources: 401", async () => {
    let asked = 0;
    const handler = async () => {
      asked += 1;
      return { principalId: "u", policyDocument: policy("Allow") };
    };
    const identitySources = ["route.request.header.Auth", "route.request.querystring.token"];
    const gateway = await startGateway({ authorizer: { handler, identitySources }, routes: {} });
    expect((await refused(`${gateway.url}?token=1`)).status).toBe(401);
    expect((await refused(gateway.url, [], { headers: { auth: "1" } })).status).toBe(401);
    expect(asked).toBe(0);
    await connect(`${gateway.url}?token=1`, [], { headers: { auth: "1" } });
    expect(asked).toBe(1);
  });
});
