import { defineChat, RejectedError } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { serveWebFunction } from "../../src/web-function.ts";
import { chat, connect, enter, startRig } from "./web-function-kit.ts";

const timing = { timeoutMs: 7_200_000 };

describe("serveWebFunction", () => {
  it("lets two clients chat, each an invocation that ends with 200", async () => {
    const { fn } = await startRig();
    const [ann, bob] = [await enter(fn.url), await enter(fn.url)];
    const joined = await ann.wait(({ type }) => type === "joined");
    ann.send({
      ...{ type: "publish", room: "lobby", event: "say", data: { text: "hi" }, mid: "m1" },
      ...{ epoch: joined.epoch, after: joined.head },
    });
    await ann.wait(({ type }) => type === "ack");
    const heard = await bob.wait(({ type }) => type === "message");
    expect(heard).toMatchObject({ seq: 1, data: { text: "hi" } });
    for (const { ws } of [ann, bob]) ws.close(1000);
    await expect.poll(() => fn.invocations().map(({ status }) => status)).toEqual([200, 200]);
  });

  it("tells clients when to move and how often to beat", async () => {
    const { fn } = await startRig({ server: { ...timing, idleTimeoutMs: 15_000 } });
    const welcome = await (await enter(fn.url)).wait(({ type }) => type === "welcome");
    expect(welcome).toMatchObject({ maxAgeMs: 7_140_000, heartbeatMs: 9000 });
    const other = await startRig({ server: { timeoutMs: 60_000, idleTimeoutMs: 60_000 } });
    const welcomed = await (await enter(other.fn.url)).wait(({ type }) => type === "welcome");
    expect(welcomed).toMatchObject({ maxAgeMs: 54_000, heartbeatMs: 25_000 });
  });

  it("lets a burst of 300 messages through within the platform's bounds", async () => {
    const { fn, servers } = await startRig();
    const ann = await enter(fn.url);
    const text = "x".repeat(300);
    for (let n = 0; n < 300; n++) {
      await servers[0]?.hub.publish("lobby", "say", { text });
      if (n % 20 === 0) await new Promise(setImmediate);
    }
    await ann.wait(({ seq }) => seq === 300);
    const seqs = ann.frames.filter(({ type }) => type === "message").map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: 300 }, (_, n) => n + 1));
    expect(fn.invocations()[0]).not.toHaveProperty("broke");
    expect(fn.invocations()[0]?.sent).toBeLessThan(20);
  });

  async function startPrivate() {
    const served = defineChat({
      ...chat.definition,
      authenticate({ token }) {
        if (token === "bad") throw new RejectedError("unauthenticated");
        return { userId: "ann" };
      },
    });
    const { fn, servers } = await startRig({ served });
    const status = () => expect.poll(() => fn.invocations()[0]?.status);
    return { url: fn.url, kick: () => servers[0]?.hub.kick("ann"), status };
  }

  it("closes with 1000 where a frame has said why", async () => {
    const { url, status } = await startPrivate();
    const client = await connect(url);
    client.send({ type: "hello", token: "bad" });
    await client.wait(({ code }) => code === "unauthenticated");
    expect(await client.closed).toEqual({ code: 1000, reason: "unauthenticated" });
    await status().toBe(200);
  });

  it("closes a kicked client with 1000 after a bye with 4403", async () => {
    const { url, status, kick } = await startPrivate();
    const client = await enter(url, "good");
    await kick();
    await client.wait(({ code, reconnect }) => code === 4403 && reconnect === false);
    expect((await client.closed).code).toBe(1000);
    await status().toBe(200);
  });

  it("closes a plain client with 1000 after a text", async () => {
    const { url, status } = await startPrivate();
    const client = await connect(url, []);
    client.ws.send(Buffer.from([1]));
    expect((await client.closed).code).toBe(1000);
    expect(client.texts).toEqual(["error: messages are text"]);
    await status().toBe(200);
  });

  it("leaves the code of a client that sends garbage, for it must not come back", async () => {
    const { url, status } = await startPrivate();
    const client = await enter(url, "good");
    for (let n = 0; n < 5; n++) client.ws.send(`[${"1,".repeat(31)}1]`);
    expect((await client.closed).code).toBe(4400);
    await status().toBe(439);
  });

  it("drains on the platform's stop: clients are told, and each run ends with 200", async () => {
    const { fn, servers } = await startRig();
    const [client, plain] = [await enter(fn.url), await connect(fn.url, [])];
    void servers[0]?.close();
    const bye = await client.wait(({ type }) => type === "bye");
    expect(bye).toMatchObject({ code: 1000, reconnect: true });
    expect([(await client.closed).code, (await plain.closed).code]).toEqual([1000, 1000]);
    await expect.poll(() => fn.invocations().map(({ status }) => status)).toEqual([200, 200]);
  });

  it("takes as many connections as an instance may have", async () => {
    const { fn } = await startRig({ server: { maxConnections: 1 } });
    await connect(fn.url);
    await expect(connect(fn.url)).rejects.toThrow("503");
  });

  it("answers the health path, and listens on all addresses", async () => {
    const server = await serveWebFunction(chat, { ...timing, port: 0, signals: false });
    const answer = await fetch(`http://127.0.0.1:${server.port}/health`);
    expect(await answer.json()).toEqual({ status: "ok", connections: 0 });
    await server.close();
  });

  it.each([
    [undefined, "options must be"],
    [{}, "timeoutMs must be"],
    [{ timeoutMs: 7_200_001 }, "timeoutMs must be"],
    [{ timeoutMs: 10_000 }, "timeoutMs must be"],
    [{ ...timing, idleTimeoutMs: 1000 }, "idleTimeoutMs must be"],
    [{ timeoutMs: 30_000, idleTimeoutMs: 40_000 }, "idleTimeoutMs must be"],
    [{ ...timing, credentials: {} }, "credentials must be"],
    [{ ...timing, traffic: { maxMessageBytes: 16_384 } }, "limits.maxBytes of the chat"],
    [{ ...timing, traffic: { messagesPerSecond: 0 } }, "traffic.messagesPerSecond must be"],
    [{ ...timing, pingMs: 1000 }, "pingMs is no option"],
    [{ ...timing, prot: 1 }, "prot is not an option"],
  ])("refuses %j", async (options, message) => {
    const started = serveWebFunction(chat, options as never);
    await expect(started).rejects.toMatchObject({ code: "invalid_argument" });
    await expect(started).rejects.toThrow(message);
  });
});
