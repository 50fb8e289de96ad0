import { once } from "node:events";
import { WebPubSubServiceClient } from "@azure/web-pubsub";
import { createLocalWebPubSub } from "@hubbub/local/azure";
import { createCountingMeter } from "@hubbub/testing";
import { pusherContract } from "@hubbub/testing/contracts";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import {
  createWebPubSubPusher,
  type WebPubSubClientLike,
  webPubSubGroupName,
} from "../src/index.ts";

async function setUp() {
  const service = await createLocalWebPubSub({
    hubs: { chat: { anonymousConnectPolicy: "allow" } },
    logger: { warn: () => undefined },
  });
  onTestFinished(() => service.close());
  const client = new WebPubSubServiceClient(service.connectionString, "chat", {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });
  const meter = createCountingMeter();

  async function connect() {
    const before = new Set(service.connections("chat"));
    const socket = new WebSocket(service.clientUrl("chat", { userId: "ada" }));
    onTestFinished(() => socket.terminate());
    const received: string[] = [];
    socket.on("message", (data) => received.push(data.toString()));
    await once(socket, "open");
    const connectionId = service.connections("chat").find((id) => !before.has(id)) ?? "";
    return {
      connectionId,
      received: () => received,
      async drop() {
        const ended = once(socket, "close");
        socket.close();
        await ended;
        await expect.poll(() => service.connections("chat")).not.toContain(connectionId);
      },
    };
  }
  /** One after the other, so that each one's id is known. */
  let turn: Promise<unknown> = Promise.resolve();
  const queued = () => {
    const connected = turn.then(connect);
    turn = connected;
    return connected;
  };
  const pusher = createWebPubSubPusher(client, { timeoutMs: 2000, meter });
  return { service, pusher, meter, connect: queued };
}

describe("createWebPubSubPusher", { timeout: 20_000 }, () => {
  pusherContract({ createPusher: setUp, maxBytes: 1024 * 1024, reportsGone: false });

  it("costs a request for each, and one for a group of any size", async () => {
    const { pusher, meter, connect } = await setUp();
    const clients = [await connect(), await connect(), await connect()];
    for (const { connectionId } of clients) await pusher.groups.join("lobby", connectionId);
    expect(meter.counts()).toMatchObject({ write: 3, push: 0, broadcast: 0 });
    await pusher.groups.broadcast("lobby", "hi", { except: [clients[0]?.connectionId ?? ""] });
    await pusher.send(clients[0]?.connectionId ?? "", "hi");
    await pusher.close(clients[0]?.connectionId ?? "", 4403, "kicked");
    expect(meter.counts()).toMatchObject({ write: 3, push: 2, broadcast: 1 });
  });

  it("grants no role", async () => {
    const seen: string[] = [];
    const { service, pusher, connect } = await setUp();
    service.faults.rest = ({ path }) => void seen.push(path);
    const { connectionId } = await connect();
    await pusher.groups.join("lobby", connectionId);
    await pusher.groups.broadcast("lobby", "hi");
    expect(seen).toEqual([`/groups/lobby/connections/${connectionId}`, "/groups/lobby/:send"]);
  });

  it.each([
    [401, "invalid_argument", "invalid_argument", "invalid_argument"],
    [403, "invalid_argument", "invalid_argument", "invalid_argument"],
    [404, "unavailable", "ok", "unavailable"],
    [408, "throttled", "unavailable", "unavailable"],
    [413, "too-large", "unavailable", "unavailable"],
    [429, "throttled", "unavailable", "unavailable"],
    [500, "unavailable", "unavailable", "unavailable"],
    [503, "unavailable", "unavailable", "unavailable"],
  ])(
    "makes of %i: %s for a send, %s for a join, %s for a broadcast",
    async (status, send, join, broadcast) => {
      const { service, pusher, connect } = await setUp();
      const { connectionId } = await connect();
      service.faults.rest = () => ({ answer: status });
      const outcome = (call: Promise<unknown>) =>
        call.then(
          (result) => result ?? "ok",
          (error) => error.code,
        );
      expect(await outcome(pusher.send(connectionId, "canary"))).toBe(send);
      expect(await outcome(pusher.groups.join("lobby", connectionId))).toBe(join);
      expect(await outcome(pusher.close(connectionId, 1000, ""))).toBe(join);
      expect(await outcome(pusher.groups.broadcast("lobby", "canary"))).toBe(broadcast);
    },
  );

  it("gives up on a service that hangs or breaks off", async () => {
    const { service, connect } = await setUp();
    const { connectionId } = await connect();
    const client = new WebPubSubServiceClient(service.connectionString, "chat", {
      allowInsecureConnection: true,
      retryOptions: { maxRetries: 0 },
    });
    const pusher = createWebPubSubPusher(client, { timeoutMs: 50 });
    service.faults.rest = () => ({ answer: "hang" });
    expect(await pusher.send(connectionId, "hi")).toBe("throttled");
    await expect(pusher.groups.broadcast("lobby", "hi")).rejects.toMatchObject({
      code: "unavailable",
    });
    service.faults.rest = () => ({ answer: "no-answer" });
    await expect(pusher.send(connectionId, "hi")).rejects.toMatchObject({ code: "unavailable" });
  });

  it("says nothing of the text, the key and the token when it fails", async () => {
    const { service, pusher, connect } = await setUp();
    const { connectionId } = await connect();
    service.faults.rest = () => ({ answer: 500 });
    const error = await pusher.groups.broadcast("lobby", "canary").catch((thrown) => thrown);
    const all = JSON.stringify([error, error.cause, error.stack, String(error.cause)]);
    const all2 = JSON.stringify(Object.getOwnPropertyDescriptors(error.cause));
    expect(connectionId).not.toBe("");
    expect(all + all2).not.toMatch(/canary|Bearer|AccessKey|eyJ/);
  });

  it.each([
    ["client", {} as WebPubSubClientLike, {}],
    ["timeoutMs", undefined, { timeoutMs: 0 }],
    ["timeoutMs", undefined, { timeoutMs: Number.NaN }],
    ["timeoutMs", undefined, { timeoutMs: 0.5 }],
    ["timeoutMs", undefined, { timeoutMs: 1.5 }],
    ["timeoutMs", undefined, { timeoutMs: 2 ** 31 }],
    ["timeoutMs", undefined, { timeoutMs: Number.POSITIVE_INFINITY }],
  ])("refuses a wrong %s", (name, given, options) => {
    const nothing = async () => undefined;
    const group = () => ({ addConnection: nothing, removeConnection: nothing, sendToAll: nothing });
    const client = given ?? { group, sendToConnection: nothing, closeConnection: nothing };
    expect(() => createWebPubSubPusher(client, options)).toThrow(
      expect.objectContaining({ code: "invalid_argument", message: expect.stringContaining(name) }),
    );
  });
});

describe("webPubSubGroupName", () => {
  it("is a path segment of at most 1,024 characters, and nobody else's", () => {
    const names = [
      "",
      ".",
      "..",
      "a/b",
      "a_2f_b",
      "A",
      "a",
      "é",
      "e\u0301",
      "\ud800",
      "x".repeat(1024),
    ];
    const long = ["€".repeat(1000), `${"€".repeat(1000)}x`, "x".repeat(1025), "x".repeat(1026)];
    const all = [...names, ...long].map(webPubSubGroupName);
    expect(new Set(all).size).toBe(all.length);
    for (const name of all) expect(name).toMatch(/^[A-Za-z0-9_.-]{1,1024}$/);
    expect(all).not.toContain(".");
    expect(all).not.toContain("..");
  });
});
