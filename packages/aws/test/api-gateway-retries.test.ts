import { describe, expect, it } from "vitest";
import type { AwsCredentials } from "../src/api-gateway-credentials.ts";
import { ID, settle, setUpPusher } from "./api-gateway-kit.ts";
import { always, type SeenRequest } from "./http-scripted-server.ts";

/** Does one thing after the other, and the last one for ever. */
const inTurn =
  (...answers: ((request: SeenRequest) => void)[]) =>
  (request: SeenRequest, index: number) =>
    answers[Math.min(index, answers.length - 1)]?.(request);

const reset = (request: SeenRequest) => request.reset();
const silence = () => undefined;
const ok = always(200);

const expired = always(403, '{"message":"The security token included in the request is expired"}', [
  "x-amzn-ErrorType: ExpiredTokenException:http://internal.amazon.com/",
]);

describe("createApiGatewayPusher with its own transport", () => {
  it("tries once more, at once, when a kept connection turns out dead", async () => {
    const { server, pusher, clock, meter } = await setUpPusher(inTurn(ok, ok, ok, reset, ok));
    await Promise.all([pusher.send(ID, "1"), pusher.send(ID, "1"), pusher.send(ID, "1")]);
    const before = clock.now();
    expect(await pusher.send(ID, "2")).toBe("sent");
    expect(clock.now()).toBe(before);
    expect(server.connections).toBe(4); // Not on one of the others: they are as old.
    expect(meter.counts().push).toBe(5);
  });

  it.each([
    ["a new connection breaks", reset],
    ["the server fails", always(500)],
    ["the server is overloaded", always(503)],
    ["a response breaks off", (seen: SeenRequest) => seen.end("HTTP/1.1 200 OK\r\nContent-")],
  ])("tries once more, a moment later, when %s", async (_, fault) => {
    const { server, pusher, clock } = await setUpPusher(inTurn(fault, ok));
    const before = clock.now();
    expect(await settle(clock, pusher.send(ID, "text"))).toBe("sent");
    expect(clock.now() - before).toBeGreaterThanOrEqual(50);
    expect(server.requests.map(({ body }) => body)).toEqual(["text", "text"]);
  });

  it.each([
    ["throttled", always(503)],
    ["throttled", always(504)],
  ])("answers %s after a second failure", async (expected, fault) => {
    const { server, pusher, clock } = await setUpPusher(fault);
    expect(await settle(clock, pusher.send(ID, "text"))).toBe(expected);
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    ["500", always(500)],
    ["502", always(502)],
    ["a reset", reset],
  ])("rejects after a second %s", async (_, fault) => {
    const { server, pusher, clock } = await setUpPusher(fault);
    const failure = expect(settle(clock, pusher.send(ID, "text"))).rejects;
    await failure.toMatchObject({ code: "unavailable" });
    expect(server.requests).toHaveLength(2);
  });

  it("rejects what is no HTTP without a second try", async () => {
    const { server, pusher } = await setUpPusher((seen) => seen.write("SSH-2.0\r\n\r\n"));
    await expect(pusher.send(ID, "text")).rejects.toMatchObject({ code: "unavailable" });
    expect(server.requests).toHaveLength(1);
  });

  it("answers throttled when there is no answer in time", async () => {
    const { server, pusher, clock } = await setUpPusher(silence, { timeoutMs: 1000 });
    const sent = pusher.send(ID, "text");
    await server.seen(1);
    await clock.advance(1100);
    expect(await sent).toBe("throttled");
    expect(server.requests).toHaveLength(1);
  });

  it("has one time limit for both tries", async () => {
    const { server, pusher, clock } = await setUpPusher(inTurn(always(500), silence), {
      timeoutMs: 1000,
    });
    const before = clock.now();
    expect(await settle(clock, pusher.send(ID, "text"))).toBe("throttled");
    expect(clock.now() - before).toBeLessThanOrEqual(1200);
    expect(server.requests).toHaveLength(2);
  });

  it("answers throttled when the credentials don't come in time", async () => {
    const { server, pusher, clock } = await setUpPusher(ok, {
      credentials: () => new Promise(silence),
    });
    expect(await settle(clock, pusher.send(ID, "text"))).toBe("throttled");
    expect(server.connections).toBe(0);
  });

  it("rejects when there are no credentials", async () => {
    const { server, pusher } = await setUpPusher(ok, {
      credentials: async () => {
        throw new Error("no metadata service");
      },
    });
    const failure = expect(pusher.send(ID, "text")).rejects;
    await failure.toMatchObject({ code: "unavailable", cause: { message: "no metadata service" } });
    expect(server.connections).toBe(0);
  });

  it.each([
    ["a header", expired],
    ["the body", always(403, '{"__type":"com.amazon#ExpiredTokenException"}')],
    [
      "a message",
      always(403, '{"Message":"The security token included in the request is expired"}'),
    ],
    ["plain text", always(403, "The security token included in the request is expired")],
  ])("asks for new credentials when %s says that the old ones have expired", async (_, answer) => {
    const asked: unknown[] = [];
    const credentials = async (how: unknown): Promise<AwsCredentials> => {
      asked.push(how);
      const sessionToken = `token${asked.length}`;
      return { accessKeyId: `KEY${asked.length}`, secretAccessKey: "s", sessionToken };
    };
    const { server, pusher } = await setUpPusher(inTurn(answer, ok), { credentials });
    expect(await pusher.send(ID, "text")).toBe("sent");
    expect(asked).toEqual([{}, { forceRefresh: true }]);
    // Both tries are of the same second.
    const tokens = server.requests.map(({ headers }) => headers["x-amz-security-token"]);
    expect(tokens).toEqual(["token1", "token2"]);
    const keys = server.requests.map(({ headers }) => headers.authorization?.slice(17, 33));
    expect(keys).toEqual(["Credential=KEY1/", "Credential=KEY2/"]);
  });

  it("asks for no new credentials after any other answer", async () => {
    for (const status of [403, 410, 429]) {
      const asked: unknown[] = [];
      const credentials = async (how: unknown) => {
        asked.push(how);
        return { accessKeyId: `KEY${asked.length}`, secretAccessKey: "s" };
      };
      const { server, pusher } = await setUpPusher(always(status), { credentials });
      await pusher.send(ID, "text").catch(() => undefined);
      expect([asked, server.requests.length]).toEqual([[{}], 1]);
    }
  });

  it("rejects when the old ones are all there are", async () => {
    const { server, pusher } = await setUpPusher(expired);
    const failure = expect(pusher.send(ID, "text")).rejects;
    await failure.toMatchObject({ code: "invalid_argument" });
    expect(server.requests).toHaveLength(1);
  });

  it("signs with the time of the try", async () => {
    const { server, pusher, clock } = await setUpPusher(ok);
    await clock.advanceTo(Date.UTC(2030, 0, 2, 23, 59, 59));
    await pusher.send(ID, "text");
    await clock.advance(1000);
    await pusher.send(ID, "text");
    const seen = server.requests.map(({ headers }) => headers);
    expect(seen.map((headers) => headers["x-amz-date"])).toEqual([
      "20300102T235959Z",
      "20300103T000000Z",
    ]);
    expect(seen.map((headers) => /\/(\d{8})\//.exec(headers.authorization ?? "")?.[1])).toEqual([
      "20300102",
      "20300103",
    ]);
  });

  it("opens no more connections than it may, and sends all", async () => {
    const { server, pusher } = await setUpPusher(ok, { maxSockets: 3 });
    const sent = Array.from({ length: 50 }, (_, index) => pusher.send(ID, `text ${index}`));
    expect(new Set(await Promise.all(sent))).toEqual(new Set(["sent"]));
    expect(server.connections).toBe(3);
    const bodies = server.requests.map(({ body }) => body).sort();
    expect(bodies).toEqual(Array.from({ length: 50 }, (_, index) => `text ${index}`).sort());
  });

  it("rejects what is under way and what comes later once it is destroyed", async () => {
    const { server, pusher } = await setUpPusher(silence);
    const under = expect(pusher.send(ID, "text")).rejects.toMatchObject({ code: "unavailable" });
    await server.seen(1);
    pusher.destroy();
    await under;
    await expect(pusher.send(ID, "text")).rejects.toMatchObject({ code: "unavailable" });
  });
});
