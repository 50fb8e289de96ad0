import { randomBytes } from "node:crypto";
import { defineChat } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { chat, connect, createTestLogger, enter, publish, startServer } from "./kit.ts";

describe("bad clients", () => {
  it("answers a binary message with an error", async () => {
    const { url } = await startServer(chat);
    const client = await enter(url);
    client.ws.send(Buffer.from("{}"));
    expect(await client.wait({ type: "error" })).toMatchObject({ code: "bad_frame" });
    client.send({ type: "ping", id: "still here" });
    await client.wait({ type: "pong" });
  });

  it("answers a message that is somewhat too large, and cuts off who sends 2 MB", async () => {
    const { url } = await startServer(chat);
    const client = await enter(url);
    client.send({ type: "ping", id: "x".repeat(40_000) });
    expect(await client.wait({ type: "error" })).toMatchObject({ code: "too_large" });
    client.send({ type: "ping", id: "x".repeat(2_000_000) });
    expect((await client.closed).code).toBe(1009);
  });

  it("closes who says no hello in time, and nobody else", async () => {
    const { url } = await startServer(chat, { helloTimeoutMs: 400 });
    const [silent, plain, entered] = [await connect(url), await connect(url, []), await enter(url)];
    expect(await silent.closed).toMatchObject({ code: 4408 });
    expect(silent.frames).toEqual([]);
    expect([plain.ws.readyState, entered.ws.readyState]).toEqual([1, 1]);
  });

  it("closes who ignores the limits, and serves the others meanwhile", async () => {
    const { connectionRate: _, userRate: __, ...limits } = chat.limits;
    const { url } = await startServer(defineChat({ ...chat.definition, limits }));
    const [flood, ann, bob] = [await enter(url), await enter(url), await enter(url)];
    const ping = JSON.stringify({ type: "ping" });
    for (let n = 0; n < 20_000; n++) flood.ws.send(ping);
    ann.send(publish(ann, "hi"));
    await bob.wait({ type: "message" });
    expect((await flood.closed).code).toBe(4429);
  });

  it("drops who reads nothing, and serves the others meanwhile", async () => {
    const logger = createTestLogger();
    const { url, connections } = await startServer(chat, { maxBufferedBytes: 100_000, logger });
    const [stalled, ann, bob] = [await enter(url), await enter(url), await enter(url)];
    stalled.ws.pause();
    const text = "x".repeat(20_000);
    let after = 0;
    while (logger.lines.length === 0 && after < 2000) {
      ann.send({ ...publish(ann, text, `mid-${after}`), after });
      after += 1;
      await ann.wait({ type: "ack", seq: after });
      await bob.wait({ type: "message", seq: after });
    }
    expect(logger.lines).toEqual(["dropped a connection that reads too slowly"]);
    expect(bob.frames.filter(({ type }) => type === "message")).toHaveLength(after);
    stalled.ws.resume();
    expect([1013, 1006]).toContain((await stalled.closed).code);
    await expect.poll(connections).toBe(2);
  });

  it("survives 1,000 messages of garbage", async () => {
    const logger = createTestLogger();
    const { url } = await startServer(chat, { logger });
    const sane = await enter(url);
    for (let round = 0; round < 20; round++) {
      const client = await connect(url);
      for (let n = 0; n < 50; n++) client.ws.send(garbage(n), { binary: n % 7 === 0 });
      client.ws.send(garbage(round), () => client.ws.terminate());
    }
    sane.send(publish(sane, "still-here"));
    await sane.wait({ type: "ack" });
    expect(logger.lines).toEqual([]);
  });

  it("drops a socket that answers no ping, and keeps the lease of one that does", async () => {
    const { url, connections, hub } = await startServer(chat, { pingMs: 40 });
    const [deaf, ann] = [await connect(url, ["hubbub.v1"], { autoPong: false }), await enter(url)];
    await deaf.closed;
    await expect.poll(connections).toBe(1);
    expect(ann.ws.readyState).toBe(1);
    expect(await hub.online("lobby")).toBe(1);
  });

  it("does not take somebody for dead whose many messages wait, so that no sign of life is read", async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { url } = await startServer(defineChat({ ...chat.definition, on: { say: () => gate } }), {
      pingMs: 40,
    });
    const ann = await enter(url);
    for (let n = 0; n < 200; n++) ann.send({ ...publish(ann, "hi", `mid-${n}`), after: n });
    for (let round = 0; round < 3; round++) {
      const deaf = await connect(url, ["hubbub.v1"], { autoPong: false });
      await deaf.closed; // Two heartbeats have passed.
    }
    open();
    await ann.wait({ type: "ack", mid: "mid-199" });
  });

  it("closes a connection whose authentication has ended", async () => {
    const authenticate = () => ({ userId: "ann", expiresAt: Date.now() + 50 });
    const { url } = await startServer(defineChat({ ...chat.definition, authenticate }), {
      pingMs: 40,
    });
    const client = await enter(url);
    expect((await client.closed).code).toBe(4401);
  });
});

function garbage(n: number): string | Buffer {
  const kinds = [
    () => randomBytes(1 + (n % 100)),
    () => "[".repeat(5000),
    () => '{"type":"hello","__proto__":{"admin":true}}',
    () => `{"type":${JSON.stringify("x".repeat(n))}}`,
    () => "null",
    () => '[{"type":"join","room":1e400},{"type":"publish"}]',
    () => "\u0000\ud800",
  ];
  return kinds[n % kinds.length]?.() ?? "";
}
