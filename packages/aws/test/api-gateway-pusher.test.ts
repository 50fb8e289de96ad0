import { describe, expect, it } from "vitest";
import { createApiGatewayPusher } from "../src/api-gateway-pusher.ts";
import type { ApiGatewayPusherOptions } from "../src/api-gateway-pusher-options.ts";
import { ID, PATH, setUpPusher } from "./api-gateway-kit.ts";
import { always, response, type SeenRequest } from "./http-scripted-server.ts";

const MAX_BYTES = 128 * 1024;
const error = (type: string, message: string): [string, string[]] => [
  JSON.stringify({ message }),
  type === "" ? [] : [`x-amzn-ErrorType: ${type}`],
];

describe.each([{ transport: "own" as const }, { transport: "sdk" as const }])(
  "createApiGatewayPusher with transport $transport",
  (options) => {
    it("posts the text, signed, to the connection's path", async () => {
      const { server, pusher, meter } = await setUpPusher(always(200), options);
      expect(await pusher.send(ID, "Zoë 🦊")).toBe("sent");
      const [request] = server.requests;
      expect(request).toMatchObject({ method: "POST", path: PATH, body: "Zoë 🦊" });
      expect(request?.headers).toMatchObject({
        host: `127.0.0.1:${server.port}`,
        "content-type": "application/octet-stream",
        "x-amz-security-token": "token",
        authorization: expect.stringContaining("Credential=AKIDEXAMPLE/"),
      });
      expect(meter.counts().push).toBe(1);
    });

    it.each([
      ["sent", 200, "", ""],
      ["sent", 204, "", ""],
      ["gone", 410, "GoneException", ""],
      ["gone", 410, "", "Gone"],
      ["gone", 410, "UnknownError", ""],
      ["too-large", 413, "PayloadTooLargeException", ""],
      ["too-large", 413, "", "Request Too Long"],
      ["throttled", 429, "LimitExceededException", ""],
      ["throttled", 429, "TooManyRequestsException", ""],
      ["gone", 400, "BadRequestException", "Invalid connectionId: L0SM9cOFvHcCIhw="],
      ["gone", 400, "", "Invalid connectionId"],
    ])("answers %s for %d %s %s", async (expected, status, type, message) => {
      const { pusher } = await setUpPusher(always(status, ...error(type, message)), options);
      expect(await pusher.send(ID, "text")).toBe(expected);
    });

    it.each([
      ["invalid_argument", 403, "ForbiddenException", "not authorized to perform: execute-api"],
      ["invalid_argument", 403, "MissingAuthenticationTokenException", ""],
      ["invalid_argument", 403, "", "Forbidden"],
      ["invalid_argument", 403, "GoneException", ""],
      ["unavailable", 400, "BadRequestException", "Invalid body"],
      ["unavailable", 400, "ValidationException", "connectionId"],
      ["unavailable", 400, "", ""],
      ["unavailable", 401, "UnauthorizedException", ""],
      ["unavailable", 404, "", "Not Found"],
      ["unavailable", 302, "", ""],
      ["unavailable", 426, "", "Upgrade Required"],
    ])("rejects with %s for %d %s %s", async (code, status, type, message) => {
      const { server, pusher } = await setUpPusher(
        always(status, ...error(type, message)),
        options,
      );
      await expect(pusher.send(ID, "text")).rejects.toMatchObject({ code });
      expect(server.requests).toHaveLength(1);
    });

    it("says what to check after a 403", async () => {
      const { server, pusher } = await setUpPusher(always(403), options);
      const failure = expect(pusher.send(ID, "text")).rejects;
      await failure.toThrow(
        new RegExp(`127.0.0.1:${server.port}/prod.*stage.*execute-api:ManageConnections`),
      );
    });

    it("follows no redirection", async () => {
      const foreign = await setUpPusher(always(200), options);
      const location = `Location: ${foreign.server.origin}${PATH}`;
      for (const status of [301, 302, 307, 308]) {
        const { pusher } = await setUpPusher(always(status, "", [location]), options);
        await expect(pusher.send(ID, "text")).rejects.toMatchObject({ code: "unavailable" });
      }
      expect(foreign.server.bytesRead).toBe(0);
    });

    it("sends 128 KB and no byte more", async () => {
      const { server, pusher } = await setUpPusher(always(200), options);
      expect(await pusher.send(ID, "x".repeat(MAX_BYTES))).toBe("sent");
      expect(await pusher.send(ID, "é".repeat(MAX_BYTES / 2))).toBe("sent");
      expect(await pusher.send(ID, "€".repeat(MAX_BYTES / 3))).toBe("sent");
      expect(await pusher.send(ID, "x".repeat(MAX_BYTES + 1))).toBe("too-large");
      expect(await pusher.send(ID, "é".repeat(MAX_BYTES / 2 + 1))).toBe("too-large");
      expect(await pusher.send(ID, "€".repeat(MAX_BYTES / 3 + 1))).toBe("too-large");
      expect(server.requests).toHaveLength(3);
    });

    it("asks nobody about an id that can't have been given out", async () => {
      const { server, pusher } = await setUpPusher(always(200), options);
      for (const id of ["", ".", "..", "\ud800", "a\udc00b"]) {
        expect(await pusher.send(id, "text")).toBe("gone");
        expect(await pusher.info(id)).toBeUndefined();
        await pusher.close(id, 1000, "");
      }
      expect(server.connections).toBe(0);
    });

    it.each([
      ["has never met it", undefined, "gone"],
      ["is 10 seconds old", 10_000, "gone"],
      ["may still be inside $connect", 9_999, "throttled"],
    ])("takes a 410 for a connection that %s for %s", async (_, ageMs, expected) => {
      const { pusher, clock } = await setUpPusher(always(410), {
        ...options,
        connectedAt: (id) => (id === ID && ageMs !== undefined ? clock.now() - ageMs : undefined),
      });
      expect(await pusher.send(ID, "text")).toBe(expected);
    });

    it("takes no connection for gone whose age could not be told", async () => {
      const { pusher } = await setUpPusher(always(410), {
        ...options,
        connectedAt: async () => {
          throw new Error("the store is down");
        },
      });
      expect(await pusher.send(ID, "text")).toBe("throttled");
    });

    it("closes by DELETE, also what is gone", async () => {
      let status = 204;
      const { server, pusher } = await setUpPusher((seen) => always(status)(seen), options);
      await pusher.close(ID, 4403, "kicked");
      status = 410;
      await pusher.close(ID, 4403, "kicked");
      expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
        `DELETE ${PATH}`,
        `DELETE ${PATH}`,
      ]);
      status = 403;
      const failure = expect(pusher.close(ID, 4403, "")).rejects;
      await failure.toMatchObject({ code: "invalid_argument" });
    });

    it("tells what the gateway knows of a connection", async () => {
      const identity = { sourceIp: "192.0.2.1", userAgent: "wscat" };
      const times = { connectedAt: "2026-01-02T03:04:05Z", lastActiveAt: "2026-01-02T03:05:06Z" };
      let answer = (seen: SeenRequest) =>
        seen.write(response(200, JSON.stringify({ ...times, identity })));
      const { server, pusher } = await setUpPusher((seen) => answer(seen), options);
      expect(await pusher.info(ID)).toEqual({
        connectedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
        lastActiveAt: Date.UTC(2026, 0, 2, 3, 5, 6),
        ...identity,
      });
      expect(server.requests[0]).toMatchObject({ method: "GET", path: PATH });
      answer = always(410);
      expect(await pusher.info(ID)).toBeUndefined();
      answer = always(403);
      await expect(pusher.info(ID)).rejects.toMatchObject({ code: "invalid_argument" });
    });
  },
);

describe("createApiGatewayPusher", () => {
  const good: ApiGatewayPusherOptions = {
    endpoint: "https://abcd1234.execute-api.eu-west-1.amazonaws.com/prod",
  };

  it.each<[string, object]>([
    ["endpoint", { endpoint: "http://chat.example" }],
    ["region", { region: "us-east-1" }],
    ["region", { region: "" }],
    ["region", { region: "eu-west-1\r\nx" }],
    ["region", { endpoint: "https://chat.example/prod", region: "eu-west-1\r\nx" }],
    ["region", { endpoint: "https://chat.example/prod", region: "eu.west" }],
    ["transport", { transport: "undici" }],
    ["timeoutMs", { timeoutMs: 0 }],
    ["timeoutMs", { timeoutMs: Number.NaN }],
    ["maxSockets", { maxSockets: 0.5 }],
    ["idleMs", { idleMs: -1 }],
  ])("refuses a bad %s at once and names it", (name, bad) => {
    const create = () => createApiGatewayPusher({ ...good, ...bad });
    expect(create).toThrow(expect.objectContaining({ code: "invalid_argument" }));
    expect(create).toThrow(name);
  });

  it("takes the region from the endpoint", () => {
    expect(createApiGatewayPusher(good).groups).toBeUndefined();
    expect(createApiGatewayPusher({ ...good, region: "eu-west-1" }).groups).toBeUndefined();
  });
});
