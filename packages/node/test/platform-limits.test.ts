import { setTimeout as sleep } from "node:timers/promises";
import { defineChat } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { chat, connect, createTestLogger, enter, publish, startServer } from "./kit.ts";

const traffic = { messagesPerSecond: 10, bytesPerSecond: 100_000, maxMessageBytes: 50_000 };

describe("maxAgeMs", () => {
  it("is told to clients, and ends a connection with bye and 1000", async () => {
    const { url, connections } = await startServer(chat, { maxAgeMs: 1000 });
    const [client, plain] = [await enter(url), await connect(url, [])];
    expect(await client.wait({ type: "welcome" })).toMatchObject({ maxAgeMs: 1000 });
    expect(await client.wait({ type: "bye" })).toMatchObject({ code: 1000, reconnect: true });
    expect(await client.closed).toMatchObject({ code: 1000 });
    expect(await plain.closed).toMatchObject({ code: 1000 });
    expect(plain.frames).toEqual([]);
    await expect.poll(connections).toBe(0);
  });
});

describe("traffic", () => {
  it("answers what comes too fast with rate_limited, and admits who waits as told", async () => {
    let skippedMs = 0;
    const clock = { now: () => Date.now() + skippedMs, sleep };
    const { url } = await startServer(chat, { traffic, clock });
    const client = await enter(url);
    for (let n = 0; n < 20; n++) client.send({ type: "ping", id: `p${n}` });
    const error = await client.wait({ type: "error" });
    expect(error).toMatchObject({ code: "rate_limited", retryable: true, id: "p8" });
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(error.retryAfterMs).toBeLessThanOrEqual(1000);
    skippedMs = Number(error.retryAfterMs);
    client.send({ type: "ping", id: "later" });
    expect(await client.wait({ id: "later" })).toMatchObject({ type: "pong" });
  });

  it("counts bytes as well as messages", async () => {
    const served = defineChat({ ...chat.definition, limits: { ...chat.limits, maxBytes: 45_000 } });
    const { url } = await startServer(served, { traffic });
    const client = await enter(url);
    const text = "x".repeat(40_000);
    for (const mid of ["m1", "m2", "m3"]) client.send(publish(client, text, mid));
    expect(await client.wait({ type: "error" })).toMatchObject({ code: "rate_limited", mid: "m3" });
    expect(client.frames.filter(({ type }) => type === "ack")).toHaveLength(2);
  });

  it("lets a burst leave as few messages, spread over time", async () => {
    const { hub, url } = await startServer(chat, { traffic });
    const client = await enter(url);
    const before = client.messages();
    for (let n = 0; n < 100; n++) await hub.publish("lobby", "say", { text: `${n}` });
    await client.wait(({ seq }) => seq === 100);
    const seqs = client.frames.filter(({ type }) => type === "message").map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
    expect(client.messages() - before).toBeLessThan(8);
  });

  it("says that a message is too large instead of sending it", async () => {
    const { hub, url } = await startServer(chat, { traffic });
    const client = await enter(url);
    const { report } = await hub.publish("lobby", "say", { text: "é".repeat(30_000) });
    expect(report.sent).toBe(0);
    await hub.publish("lobby", "say", { text: "small" });
    await client.wait({ type: "message", seq: 2 });
    expect(client.frames.filter(({ type }) => type === "message")).toHaveLength(1);
  });

  it("closes a plain client for whom more waits than can leave", async () => {
    const logger = createTestLogger();
    const { hub, url } = await startServer(chat, { traffic, logger });
    const client = await connect(url, []);
    for (let n = 0; n < 110; n++) await hub.publish("lobby", "say", { text: `${n}` });
    expect((await client.closed).code).toBe(1013);
    expect(logger.lines).toEqual(["dropped a connection that reads too slowly"]);
  });
});

describe("closeCode", () => {
  const closeCode = (code: number) => (code === 4408 || code === 1012 ? 1000 : code);

  it("turns the codes of the server into those that leave", async () => {
    const server = await startServer(chat, { closeCode, helloTimeoutMs: 20 });
    const [client, silent] = [await enter(server.url), await connect(server.url)];
    expect(await silent.closed).toEqual({ code: 1000, reason: "no hello in time" });
    void server.close();
    expect(await client.wait({ type: "bye" })).toMatchObject({ code: 1000, reconnect: true });
    expect((await client.closed).code).toBe(1000);
  });

  it("leaves the reason to the frame before: of an authentication that ended", async () => {
    let now = Date.now();
    const served = defineChat({
      ...chat.definition,
      authenticate: () => ({ userId: "ann", expiresAt: now + 60_000 }),
    });
    const clock = { now: () => now, sleep: async () => {} };
    const { url } = await startServer(served, { closeCode: () => 1000, pingMs: 20, clock });
    const client = await enter(url, "lobby", "any");
    now += 61_000;
    expect(await client.wait({ type: "error" })).toMatchObject({ code: "token_expired" });
    expect(await client.closed).toMatchObject({ code: 1000, reason: "token_expired" });
  });
});

describe("onRequest", () => {
  it("sees requests and upgrades first, and may take headers away", async () => {
    const seen: (string | undefined)[] = [];
    const server = await startServer(chat, {
      onRequest(request) {
        seen.push(`${request.url} ${request.headers["x-secret"]}`);
        delete request.headers["x-secret"];
      },
      handler: (request, response) => response.end(String(request.headers["x-secret"])),
    });
    const headers = { "x-secret": "s3cret" };
    await connect(`${server.url}?a`, ["hubbub.v1"], { headers });
    const page = await fetch(`http://127.0.0.1:${server.port}/page`, { headers });
    expect(await page.text()).toBe("undefined");
    expect(seen).toEqual(["/?a s3cret", "/page s3cret"]);
  });

  it("answers 500 if it throws", async () => {
    const logger = createTestLogger();
    const server = await startServer(chat, {
      logger,
      onRequest() {
        throw new Error("no");
      },
    });
    await expect(connect(server.url)).rejects.toThrow("500");
    const { status } = await fetch(`http://127.0.0.1:${server.port}/health`);
    expect(status).toBe(500);
    expect(logger.lines).toHaveLength(2);
  });
});
