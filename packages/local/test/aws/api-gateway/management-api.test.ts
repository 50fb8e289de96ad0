import {
  DeleteConnectionCommand,
  ForbiddenException,
  GetConnectionCommand,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { describe, expect, it } from "vitest";
import type { LocalApiGatewayOptions } from "../../../src/aws.ts";
import { connect, createTestClock, rejection, startGateway } from "../../kit.ts";
import { managementClient } from "../../management-kit.ts";

const NEVER_THERE = "H111mc0HywMCEEf=";

async function connected(options: Partial<LocalApiGatewayOptions> = {}, config = {}) {
  const gateway = await startGateway(options);
  const client = await connect(gateway.url, [], { headers: { "User-Agent": "Mozilla/5.0" } });
  const sdk = managementClient(gateway.callbackUrl, config);
  const ConnectionId = String(gateway.connections()[0]);
  const post = (Data: string | Uint8Array, id = ConnectionId) =>
    sdk.send(new PostToConnectionCommand({ ConnectionId: id, Data }));
  return { gateway, client, sdk, post, ConnectionId };
}

const answered = (error: object) => [
  Reflect.get(error, "name"),
  Reflect.get(Object(Reflect.get(error, "$metadata")), "httpStatusCode"),
];

describe("POST", () => {
  it("sends a text message to the client", async () => {
    const { client, post } = await connected();
    const { $metadata } = await post("héllo");
    expect($metadata).toMatchObject({ httpStatusCode: 200, requestId: expect.any(String) });
    expect(await client.next()).toBe("héllo");
  });

  it("sends text whatever the bytes are", async () => {
    const { client, post } = await connected();
    await post(new Uint8Array([0xff, 0x41]));
    expect(await client.next()).toBe("\uFFFDA");
  });

  it("takes 128 KB and answers PayloadTooLargeException to more", async () => {
    const { client, post } = await connected();
    await post("x".repeat(128 * 1024));
    expect((await client.next()).length).toBe(128 * 1024);
    const error = await rejection(post("x".repeat(128 * 1024 + 1)));
    expect(error).toBeInstanceOf(PayloadTooLargeException);
    expect(answered(error)).toEqual(["PayloadTooLargeException", 413]);
  });

  it("answers GoneException during $connect", async () => {
    const errors: Error[] = [];
    const gateway = await startGateway({
      routes: {
        $connect: async ({ requestContext: { connectionId } }) => {
          const sdk = managementClient(gateway.callbackUrl);
          const command = new PostToConnectionCommand({ ConnectionId: connectionId, Data: "hi" });
          errors.push(await rejection(sdk.send(command)));
          return { statusCode: 200 };
        },
      },
    });
    await connect(gateway.url);
    expect(errors[0]).toBeInstanceOf(GoneException);
  });

  it("answers BadRequestException for what can be no id", async () => {
    const { post } = await connected();
    for (const id of ["6sdf", "not an id!", "a".repeat(100), "%"]) {
      const error = await rejection(post("hi", id));
      expect(answered(error)).toEqual(["BadRequestException", 400]);
      expect(error.message).toBe(`Invalid connectionId: ${id}`);
    }
  });

  it("answers LimitExceededException for a client that doesn't read", async () => {
    const { client, post } = await connected({ maxBufferedBytes: 64 * 1024 });
    client.ws.pause();
    const flood = async () => {
      for (;;) await post("x".repeat(128 * 1024));
    };
    const error = await rejection(flood());
    expect(error).toBeInstanceOf(LimitExceededException);
    expect(error.message).toMatch(/buffer is full/);
    client.ws.terminate();
  });

  it("answers LimitExceededException above the account's rate, and recovers", async () => {
    const clock = createTestClock(Date.now());
    const { post } = await connected({ clock, throttle: { ratePerSecond: 10, burst: 2 } });
    await post("1");
    await post("2");
    const error = await rejection(post("3"));
    expect(error).toBeInstanceOf(LimitExceededException);
    expect(answered(error)).toEqual(["LimitExceededException", 429]);
    await clock.advance(100);
    await post("4");
    expect(answered(await rejection(post("5")))).toEqual(["LimitExceededException", 429]);
  });
});

describe("GET and DELETE", () => {
  it("tells when a client came, when it was last active, and who it is", async () => {
    const clock = createTestClock(Date.UTC(2026, 0, 2, 3, 4, 5));
    const { sdk, post, ConnectionId } = await connected({ clock });
    await clock.advance(1000);
    await post("hi");
    await clock.advance(1000);
    const answer = await sdk.send(new GetConnectionCommand({ ConnectionId }));
    expect(answer).toMatchObject({
      ConnectedAt: new Date(clock.now() - 2000),
      LastActiveAt: new Date(clock.now() - 1000),
      Identity: { SourceIp: "127.0.0.1", UserAgent: "Mozilla/5.0" },
    });
  });

  it("closes a connection, which is gone from then on", async () => {
    const codes: unknown[] = [];
    const $disconnect = async ({ requestContext }: { requestContext: object }) =>
      codes.push(Reflect.get(requestContext, "disconnectStatusCode"));
    const { gateway, client, sdk, ConnectionId } = await connected({ routes: { $disconnect } });
    const { $metadata } = await sdk.send(new DeleteConnectionCommand({ ConnectionId }));
    expect($metadata.httpStatusCode).toBe(204);
    expect((await client.closed).code).toBe(1000);
    await gateway.idle();
    expect(codes).toEqual([1000]);
    const again = await rejection(sdk.send(new DeleteConnectionCommand({ ConnectionId })));
    expect(again).toBeInstanceOf(GoneException);
    const get = await rejection(sdk.send(new GetConnectionCommand({ ConnectionId })));
    expect(answered(get)).toEqual(["GoneException", 410]);
  });
});

describe("a wrong request", () => {
  it("to another stage gets ForbiddenException", async () => {
    const { gateway, ConnectionId } = await connected();
    const sdk = managementClient(gateway.callbackUrl.replace("/prod", "/dev"));
    const error = await rejection(sdk.send(new GetConnectionCommand({ ConnectionId })));
    expect(error).toBeInstanceOf(ForbiddenException);
    expect(answered(error)).toEqual(["ForbiddenException", 403]);
  });

  const signed = { authorization: "AWS4-HMAC-SHA256 anything" };
  it.each([
    ["an endpoint without a stage", `/@connections/${NEVER_THERE}`],
    ["an address without a path", "/"],
    ["a longer stage", `/production/@connections/${NEVER_THERE}`],
  ])("to %s gets ForbiddenException", async (_name, path) => {
    const { port } = await startGateway();
    const url = `http://127.0.0.1:${port}${path}`;
    const response = await fetch(url, { method: "POST", headers: signed });
    expect(response.status).toBe(403);
    expect(response.headers.get("x-amzn-errortype")).toBe("ForbiddenException");
    expect(await response.json()).toEqual({ message: "Forbidden" });
  });

  it.each([
    ["without a signature", "POST", `/prod/@connections/${NEVER_THERE}`, {}],
    [
      "with another scheme",
      "POST",
      `/prod/@connections/${NEVER_THERE}`,
      { authorization: "Bearer x" },
    ],
    ["to another path", "POST", "/prod/connections/x", signed],
    ["with another method", "PUT", `/prod/@connections/${NEVER_THERE}`, signed],
  ])("%s gets MissingAuthenticationTokenException", async (_name, method, path, headers) => {
    const { port } = await startGateway();
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers });
    expect(response.status).toBe(403);
    expect(response.headers.get("x-amzn-errortype")).toBe("MissingAuthenticationTokenException");
    expect(await response.json()).toEqual({ message: "Missing Authentication Token" });
  });

  it("may write the path's @ as %40", async () => {
    const { gateway, client, ConnectionId } = await connected();
    const path = `/prod/%40connections/${encodeURIComponent(ConnectionId)}`;
    const url = `http://127.0.0.1:${gateway.port}${path}`;
    const response = await fetch(url, { method: "POST", headers: signed, body: "hi" });
    expect([response.status, await client.next()]).toEqual([200, "hi"]);
  });
});
