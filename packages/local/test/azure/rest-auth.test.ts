import { AzureKeyCredential, WebPubSubServiceClient } from "@azure/web-pubsub";
import { describe, expect, it } from "vitest";
import { createTestClock, rejection } from "../kit.ts";
import { serviceClient, startService, text } from "./web-pubsub-kit.ts";
import { rawRequest } from "./web-pubsub-rest-kit.ts";

const SEND = "/api/hubs/chat/:send?api-version=2024-12-01&filter=userId%20ne%20'a%2Bb'";

describe("a request to the REST API", () => {
  it.each([
    ["the URL", (url: string) => url],
    ["the URL without its query", (url: string) => url.split("?")[0]],
    ["the decoded URL", decodeURIComponent],
    ["one of several audiences", (url: string) => ["https://elsewhere", url]],
  ])("is let in with the audience %s", async (_name, audience) => {
    const { endpoint } = await startService();
    const url = endpoint + SEND;
    expect((await rawRequest(url, { claims: { aud: audience(url) } })).status).toBe(202);
  });

  it("is let in under the name that it was sent to", async () => {
    const { port } = await startService();
    expect((await rawRequest(`http://localhost:${port}${SEND}`)).status).toBe(202);
  });

  it.each([
    ["of another key", { key: "other" }, "key"],
    ["of another URL", { claims: { aud: "http://127.0.0.1/api/hubs/chat/:send" } }, "aud"],
    ["without an audience", { claims: { aud: undefined } }, "aud"],
    ["that has expired", { claims: { exp: 1 } }, "expired"],
    ["without an end", { claims: { exp: undefined } }, "expired"],
    ["that is not valid yet", { claims: { nbf: 2 ** 40 } }, "nbf"],
    ["that is none", { headers: { Authorization: "Bearer a.b.c" } }, "JSON Web Token"],
    ["that is missing", { headers: { Authorization: "Basic eDp5" } }, "Bearer"],
  ])("gets 401 with a token %s, and is told why", async (_name, options, why) => {
    const { endpoint } = await startService();
    const answer = await rawRequest(endpoint + SEND, options);
    expect([answer.status, answer.json().code]).toEqual([401, "Unauthorized"]);
    expect(answer.json().message).toContain(why);
    expect(answer.text).not.toContain("eyJ");
  });

  it("gets 401 with a token that is not signed with HS256", async () => {
    const { endpoint } = await startService();
    const [header, none] = ["HS256", "none"].map((alg) =>
      Buffer.from(JSON.stringify({ alg, typ: "JWT" })).toString("base64url"),
    );
    const payload = Buffer.from(JSON.stringify({ aud: endpoint + SEND, exp: 2 ** 40 }));
    const Authorization = `Bearer ${none}.${payload.toString("base64url")}.`;
    expect(header).not.toBe(none);
    expect((await rawRequest(endpoint + SEND, { headers: { Authorization } })).status).toBe(401);
  });

  it("is let in with the second key, and the official client shows 401 for a third", async () => {
    const service = await startService({ accessKey: "first", secondaryKey: "second" });
    const client = (key: string) =>
      new WebPubSubServiceClient(service.endpoint, new AzureKeyCredential(key), "chat", {
        allowInsecureConnection: true,
      });
    await client("second").sendToAll("x", text);
    const error = await rejection(client("third").sendToAll("x", text));
    expect(error).toMatchObject({ statusCode: 401, code: "Unauthorized", name: "RestError" });
  });

  it("gets 400 for chunks, for a body over 1 MiB and for JSON that is none", async () => {
    const { endpoint } = await startService();
    const url = endpoint + SEND;
    const json = { headers: { "Content-Type": "application/json" } };
    expect([
      (await rawRequest(url, { chunked: true, body: "x" })).status,
      (await rawRequest(url, { body: Buffer.alloc(1024 * 1024 + 1) })).status,
      (await rawRequest(url, { body: Buffer.alloc(1024 * 1024) })).status,
      (await rawRequest(url, { ...json, body: "{" })).status,
      (await rawRequest(url, { headers: { "Content-Type": "constructor" } })).status,
    ]).toEqual([400, 400, 202, 400, 415]);
  });

  it("asks for the health without a token, and finds nothing elsewhere", async () => {
    const { endpoint } = await startService();
    const health = await fetch(`${endpoint}/api/health`, { method: "HEAD" });
    expect([health.status, (await fetch(`${endpoint}/`)).status]).toEqual([200, 404]);
  });

  it("makes a client's token that lasts as long as asked", async () => {
    const { endpoint } = await startService();
    const query = "userId=ada&role=webpubsub.sendToGroup&group=a&group=b&minutesToExpire=5";
    const answer = await rawRequest(`${endpoint}/api/hubs/chat/:generateToken?${query}`);
    const payload = String(answer.json().token).split(".")[1] ?? "";
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    expect(claims).toMatchObject({
      ...{ aud: `${endpoint}/client/hubs/chat`, sub: "ada", role: ["webpubsub.sendToGroup"] },
      "webpubsub.group": ["a", "b"],
    });
    expect(claims.exp - claims.iat).toBe(300);
  });

  it("gets 429 with Retry-After beyond the throttle, until time has passed", async () => {
    const clock = createTestClock();
    const throttle = { ratePerSecond: 1, burst: 1 };
    const { endpoint } = await startService({ clock, throttle });
    const send = async () => rawRequest(endpoint + SEND);
    expect((await send()).status).toBe(202);
    const second = await send();
    expect([second.status, second.headers["retry-after"]]).toEqual([429, "1"]);
    await clock.advance(1000);
    expect((await send()).status).toBe(202);
  });
});

describe("faults of the REST API", () => {
  it("answer any status, and the SDK shows it", async () => {
    const service = await startService();
    const seen: unknown[] = [];
    service.faults.rest = (request) => {
      seen.push(request);
      return { answer: 503 };
    };
    const error = await rejection(serviceClient(service).group("a/b").sendToAll("x", text));
    expect(error.statusCode).toBe(503);
    expect(seen).toEqual([{ hub: "chat", method: "POST", path: "/groups/a/b/:send" }]);
  });

  it("make the SDK wait for Retry-After, and deliver its retry", async () => {
    const service = await startService();
    let requests = 0;
    service.faults.rest = () =>
      requests++ === 0 ? { answer: 429, retryAfterSeconds: 0 } : undefined;
    const sdk = new WebPubSubServiceClient(service.connectionString, "chat", {
      allowInsecureConnection: true,
    });
    await sdk.sendToAll("x", text);
    expect(requests).toBe(2);
  });

  it("break the connection, or never answer, until the service is closed", async () => {
    const service = await startService();
    service.faults.rest = () => ({ answer: "no-answer" });
    const error = await rejection(serviceClient(service).sendToAll("x", text));
    expect(error.name).toBe("RestError");
    let asked = 0;
    service.faults.rest = () => {
      asked += 1;
      return { answer: "hang" };
    };
    const hanging = rejection(serviceClient(service).sendToAll("x", text));
    while (asked === 0) await new Promise(setImmediate);
    await service.close();
    expect((await hanging).name).toBe("RestError");
  });
});
