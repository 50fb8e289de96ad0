import { describe, expect, it } from "vitest";
import { createFakeServer } from "./fake-server.ts";
import { settle, setUp, setUpRoom } from "./setup.ts";

describe("a client that is closed", () => {
  it("tells no error, and its rooms that they are left", async () => {
    const { client, room } = await setUpRoom();
    const told: unknown[] = [];
    client.on("error", (error) => told.push(error));
    client.on("state", (state) => told.push(state));
    room.on("left", (event) => told.push(event));
    await client.close();
    expect(told).toEqual(["closed", { code: "closed" }]);
  });

  it("by a listener when the connection is lost stays closed", async () => {
    const { client, server, clock } = await setUpRoom();
    client.on("state", () => void client.close());
    server.last.drop();
    await clock.advance(60_000);
    expect(client.state).toBe("closed");
    expect(server.sockets).toHaveLength(1);
    expect(clock.timers).toBe(0);
  });

  it("by a listener as soon as it is open stays closed", async () => {
    const { client, server, clock } = setUp();
    client.join("lobby");
    client.on("state", () => void client.close());
    await clock.advance(60_000);
    expect(server.sockets).toHaveLength(1);
    expect(server.last.closedWith).toBe(1000);
    expect(clock.timers).toBe(0);
  });

  it("by a listener after a failed connect stays closed", async () => {
    const { client, server, clock } = setUp({ negotiate: () => Promise.reject(new Error("no")) });
    client.on("error", () => void client.close());
    await clock.advance(60_000);
    expect(server.sockets).toEqual([]);
    expect(clock.timers).toBe(0);
  });

  it("by a listener that hears of the end keeps its reason", async () => {
    const { client, server } = await setUpRoom();
    client.on("state", () => void client.close());
    server.last.drop(4403, "spam");
    expect(await client.closed).toMatchObject({ code: 4403, reason: "spam" });
  });
});

describe("a client whose connection ends", () => {
  it.each([4400, 4403])("closes with %i although another token could be had", async (code) => {
    const { client, server } = await setUpRoom({ token: () => "t" });
    server.last.drop(code);
    expect(client.state).toBe("closed");
  });

  it("tries one more token, whatever failed before", async () => {
    const server = createFakeServer();
    server.accepting = false;
    const { client, clock } = setUp({ token: () => "t" }, server);
    await settle();
    for (const [code, state] of [
      [1006, "connecting"],
      [4401, "connecting"],
      [1006, "connecting"],
      [4401, "closed"],
    ] as const) {
      server.last.drop(code);
      expect(client.state).toBe(state);
      await clock.advance(10_000);
    }
    expect(server.sockets).toHaveLength(4);
  });

  it("without a close code has no reason", async () => {
    const { client, server, clock } = await setUpRoom();
    server.intercept = ({ type }) => type === "ping";
    server.last.push({ type: "bye", code: 1000, reason: "bye", reconnect: false });
    await clock.advance(60_000);
    expect(await client.closed).toMatchObject({ code: 1006, reason: "" });
  });

  it("goes on asking for an address that it rotates to, and not for ever", async () => {
    const asked: string[] = [];
    const { client, server, clock } = setUp({
      connectTimeoutMs: 3000,
      negotiate() {
        asked.push("asked");
        return asked.length > 1 ? new Promise(() => {}) : Promise.resolve({ url: "ws://fake" });
      },
    });
    await settle();
    const errors: unknown[] = [];
    client.on("error", ({ code }) => errors.push(code));
    const bye = { type: "bye", code: 1012, reason: "", reconnect: true, afterMs: 0 };
    server.last.push(bye);
    await clock.advance(1000);
    server.last.push(bye);
    await clock.advance(3000);
    expect(asked).toHaveLength(2);
    expect(errors).toEqual(["unavailable"]);
  });

  it("lets the old one ping while it waits for an answer", async () => {
    const { server, clock, room } = await setUpRoom({ answerTimeoutMs: 300_000 });
    const [old] = server.sockets;
    server.intercept = ({ type }) => type === "publish";
    void room.request("rename", {}).catch(() => {});
    await settle();
    old?.push({ type: "bye", code: 1012, reason: "", reconnect: true });
    await clock.advance(0);
    server.accepting = false;
    server.last.drop();
    await clock.advance(60_000);
    expect(old?.closedWith).toBeUndefined();
    const pings = old?.messages.flat().filter(({ type }) => type === "ping");
    expect(pings?.at(-1)?.rooms).toEqual([]);
  });
});
