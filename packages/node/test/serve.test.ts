import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { serve } from "../src/index.ts";
import {
  chat,
  connect,
  createTestLogger,
  enter,
  privateChat,
  publish,
  startServer,
} from "./kit.ts";

describe("serve", () => {
  it("speaks the protocol", async () => {
    const { url } = await startServer(chat);
    const client = await connect(url);
    expect(client.ws.protocol).toBe("hubbub.v1");
    client.send({ type: "hello", session: "0123456789abcdef" }, { type: "join", room: "lobby" });
    const joined = await client.wait({ type: "joined" });
    expect(client.frames).toContainEqual(expect.objectContaining({ type: "welcome" }));
    expect(joined).toMatchObject({ room: "lobby", head: 0, messages: [] });
    client.send(publish(client, "hi"));
    expect(await client.wait({ type: "ack" })).toMatchObject({ mid: "mid-hi", seq: 1, dup: false });
    client.send(publish(client, "hi"));
    expect(await client.wait({ dup: true })).toMatchObject({ mid: "mid-hi", seq: 1 });
  });

  it("carries a message to the others, not to its sender", async () => {
    const { url } = await startServer(chat);
    const [ann, bob] = [await enter(url), await enter(url)];
    ann.send(publish(ann, "hi"));
    expect(await bob.wait({ type: "message" })).toMatchObject({ seq: 1, data: { text: "hi" } });
    bob.send({ ...publish(bob, "hello"), after: 1 });
    expect(await ann.wait({ type: "message" })).toMatchObject({ seq: 2 });
    expect(bob.frames.filter(({ type }) => type === "message")).toHaveLength(1);
  });

  it("handles the messages of one connection in order", async () => {
    const { url } = await startServer(chat);
    const client = await enter(url);
    const texts = Array.from({ length: 200 }, (_, n) => `${n}`);
    for (const text of texts) client.send(publish(client, text));
    await client.wait({ mid: "mid-199" });
    const acks = client.frames.filter(({ type }) => type === "ack");
    expect(acks.map(({ mid }) => mid)).toEqual(texts.map((text) => `mid-${text}`));
    expect(acks.map(({ seq }) => seq)).toEqual(texts.map((text) => Number(text) + 1));
  });

  it("lets a burst leave as few messages", async () => {
    const { url } = await startServer(chat);
    const [ann, bob] = [await enter(url), await enter(url)];
    const before = bob.messages();
    for (let n = 0; n < 100; n++) ann.send(publish(ann, `${n}`));
    await bob.wait(({ seq }) => seq === 100);
    const seqs = bob.frames.filter(({ type }) => type === "message").map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
    expect(bob.messages() - before).toBeLessThan(50);
  });

  it("serves plain clients beside the others", async () => {
    const { url } = await startServer(chat);
    const [ann, plain] = [await enter(url), await connect(url, [])];
    expect(plain.ws.protocol).toBe("");
    plain.ws.send("hi from wscat");
    expect(await ann.wait({ type: "message" })).toMatchObject({ data: { text: "hi from wscat" } });
    ann.send({ ...publish(ann, "1"), after: 1 }, { ...publish(ann, "2"), after: 1 });
    await plain.wait({ text: "> 2" });
    expect(plain.frames.map(({ text }) => text)).toEqual(["> 1", "> 2"]);
  });

  it("publishes from the server's own code", async () => {
    const { hub, url } = await startServer(chat);
    const client = await enter(url);
    const { seq, report } = await hub.publish("lobby", "say", { text: "from a cron job" });
    expect([seq, report.sent]).toEqual([1, 1]);
    expect(await client.wait({ type: "message" })).not.toHaveProperty("from");
    expect(await hub.online("lobby")).toBe(1);
  });

  it("cleans up when a client leaves, also without a word", async () => {
    const { hub, url, connections } = await startServer(chat);
    const [ann, bob] = [await enter(url), await enter(url)];
    expect(connections()).toBe(2);
    ann.ws.close();
    bob.ws.terminate();
    await expect.poll(() => hub.online("lobby")).toBe(0);
    expect(connections()).toBe(0);
  });

  it("closes all connections of a kicked user", async () => {
    const { hub, url } = await startServer(privateChat);
    const client = await enter(url, "lobby", "good");
    expect(await hub.kick("ann")).toBe(1);
    expect((await client.closed).code).toBe(4403);
  });

  it("says in one line that a port is in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as { port: number };
    const refused = serve(chat, { port, host: "127.0.0.1", signals: false });
    await expect(refused).rejects.toMatchObject({
      code: "invalid_argument",
      message: `port ${port} is in use; choose another with the option port`,
    });
    other.close();
  });

  it("tells where it listens", async () => {
    const server = await startServer(chat, { path: "/chat" });
    expect(server.port).toBeGreaterThan(0);
    expect(server.url).toBe(`ws://127.0.0.1:${server.port}/chat`);
    await enter(server.url);
    await expect(connect(server.url.replace("/chat", "/other"))).rejects.toThrow("404");
  });

  it.each([
    [{ port: 70_000 }, "port must be"],
    [{ port: "80" }, "port must be"],
    [{ host: "" }, "host must be"],
    [{ path: "chat" }, "path must be"],
    [{ path: "/chat?x" }, "path must be"],
    [{ healthPath: "" }, "healthPath must be"],
    [{ maxBufferedBytes: 0 }, "maxBufferedBytes must be"],
    [{ maxConnections: 0 }, "maxConnections must be"],
    [{ pingMs: 2 ** 31 }, "pingMs must be"],
    [{ helloTimeoutMs: Number.NaN }, "helloTimeoutMs must be"],
    [{ drainMs: -1 }, "drainMs must be"],
    [{ maxAgeMs: 999 }, "maxAgeMs must be"],
    [{ traffic: {} }, "traffic.messagesPerSecond must be"],
    [{ traffic: { rate: 1 } }, "traffic: rate is not an option"],
    [{ closeCode: 1000 }, "closeCode must be"],
    [{ onRequest: 1 }, "onRequest must be"],
    [{ signals: "yes" }, "signals must be"],
    [{ handler: 1 }, "handler must be"],
    [{ backplane: {} }, "backplane must be"],
    [{ store: {} }, "store must be"],
    [{ prot: 80 }, "serve: prot is not an option"],
  ])("refuses %j", async (options, message) => {
    const served = serve(chat, { port: 0, signals: false, ...(options as object) });
    await expect(served).rejects.toMatchObject({ code: "invalid_argument" });
    await expect(served).rejects.toThrow(message);
  });

  it("logs nothing in all of this", async () => {
    const logger = createTestLogger();
    const { url } = await startServer(chat, { logger });
    const client = await enter(url);
    client.send(publish(client, "hi"));
    await client.wait({ type: "ack" });
    client.ws.terminate();
    expect(logger.lines).toEqual([]);
  });
});
