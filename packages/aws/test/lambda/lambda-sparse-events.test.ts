import type { Credentials } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { connect, context, message, startDirect as start } from "./lambda-direct.ts";
import { createChat } from "./lambda-kit.ts";

const { connectionId, apiId, stage } = context;
const missing = { apiId: undefined, stage: undefined, routeKey: undefined, domainName: undefined };

/** An event of somebody's test or emulator, with what it says of itself and nothing else. */
const sparse = (requestContext: object, more: object = {}) => ({
  requestContext: { connectionId, ...requestContext },
  ...more,
});

describe("an event of an emulator that leaves out what is not needed", () => {
  it.each([
    ["left out", missing],
    ["null", { apiId: null, stage: null, routeKey: null, domainName: null, authorizer: null }],
    ["empty", { apiId: "", stage: "", routeKey: "", domainName: "" }],
  ])("is handled: %s", async (_how, none) => {
    const { handler, problems, pushes } = start();
    expect(await handler(connect(none))).toMatchObject({ statusCode: 200 });
    expect(await handler(message(none))).toEqual({ statusCode: 200 });
    expect(await handler(sparse({ eventType: "DISCONNECT", ...none }))).toEqual({
      statusCode: 200,
    });
    expect(pushes).toEqual([connectionId]);
    expect(problems).toEqual([]);
  });

  it("is of the type that its route key says", async () => {
    const seen: Credentials[] = [];
    const chat = createChat({
      authenticate(credentials) {
        seen.push(credentials);
        return { userId: "ann" };
      },
    });
    const { handler, pushes } = start({}, chat);
    const arrival = sparse(
      { routeKey: "$connect" },
      {
        queryStringParameters: { token: "let me in" },
        headers: { "sec-websocket-protocol": "hubbub.v1" },
      },
    );
    expect(await handler(arrival)).toMatchObject({ statusCode: 200 });
    expect(seen).toMatchObject([{ token: "let me in" }]);
    const hello = '[{"type":"hello","session":"0123456789abcdef"},{"type":"join","room":"lobby"}]';
    for (const routeKey of ["$default", "say"]) {
      expect(await handler(sparse({ routeKey }, { body: hello }))).toEqual({ statusCode: 200 });
    }
    expect(pushes.length).toBeGreaterThan(0);
    expect(await handler.hub.online("lobby")).toBe(1);
    expect(await handler(sparse({ routeKey: "$disconnect" }))).toEqual({ statusCode: 200 });
    expect(await handler.hub.online("lobby")).toBe(0);
  });

  it("has its query where only the lists are", async () => {
    const seen: Credentials[] = [];
    const chat = createChat({
      authenticate(credentials) {
        seen.push(credentials);
        return { userId: "ann" };
      },
    });
    const { handler } = start({}, chat);
    const lists = { token: ["old", "let me in"], empty: [] };
    const arrival = { ...connect(missing), multiValueQueryStringParameters: lists };
    expect(await handler(arrival)).toMatchObject({ statusCode: 200 });
    expect(seen).toMatchObject([{ query: { token: "let me in" } }]);
    expect(seen[0]?.query).not.toHaveProperty("empty");
    const both = { ...arrival, queryStringParameters: { token: "this one" } };
    expect(await handler(both)).toMatchObject({ statusCode: 200 });
    expect(seen[1]).toMatchObject({ query: { token: "this one" } });
    expect(await handler({ ...arrival, multiValueQueryStringParameters: { a: "b" } })).toEqual({
      statusCode: 400,
    });
  });

  it.each([
    ["an option", { apiId, stage }],
    ["the callback URL", { callbackUrl: `https://${context.domainName}/${stage}` }],
  ])("is refused where %s says which API and stage are ours", async (_what, options) => {
    const { handler, problems, pushes } = start(options);
    for (const none of [{ apiId: undefined }, { stage: undefined }, { apiId: "" }, missing]) {
      expect(await handler(message(none))).toEqual({ statusCode: 403 });
    }
    expect(problems).toHaveLength(4);
    expect(pushes).toEqual([]);
  });

  it("decides nothing, and is refused once an event has decided", async () => {
    const { handler } = start();
    expect(await handler(message(missing))).toEqual({ statusCode: 200 });
    expect(await handler(message())).toEqual({ statusCode: 200 });
    expect(await handler(message(missing))).toEqual({ statusCode: 403 });
    expect(await handler(message({ apiId: "other" }))).toEqual({ statusCode: 403 });
    expect(await handler(message())).toEqual({ statusCode: 200 });
  });

  it("needs the callback URL, and says so, before anything can be pushed", async () => {
    const { handler, problems } = start({ pusher: undefined });
    expect(await handler(message(missing))).toEqual({ statusCode: 500 });
    expect(problems).toMatchObject([{ details: { error: { code: "invalid_argument" } } }]);
  });
});
