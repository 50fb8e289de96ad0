import { WebPubSubClient } from "@azure/web-pubsub-client";
import { describe, expect, it, onTestFinished } from "vitest";
import type { LocalWebPubSubOptions } from "../../src/azure.ts";
import { connect, createTestClock } from "../kit.ts";
import {
  createHandler,
  namesOf,
  serviceClient,
  startService,
  text,
  until,
} from "./web-pubsub-kit.ts";

const RELIABLE = ["json.reliable.webpubsub.azure.v1"];

async function start(options: LocalWebPubSubOptions = {}) {
  const clock = createTestClock();
  const { handler, events } = createHandler();
  const hubs = { chat: { eventHandlers: [{ handler }] } };
  const service = await startService({ clock, hubs, ...options });
  const url = service.clientUrl("chat", { userId: "ada", groups: ["lobby"] });
  const client = await connect(url, RELIABLE);
  const { connectionId, reconnectionToken } = await client.nextJson();
  const recoveryUrl = (id = connectionId, token = reconnectionToken) =>
    `${url}&awps_connection_id=${id}&awps_reconnection_token=${token}`;
  return { clock, service, events, client, url, recoveryUrl, sdk: serviceClient(service) };
}

describe("a reliable client", () => {
  it("gets what it has not acknowledged again, in order, and then what is new", async () => {
    const { client, sdk, recoveryUrl, service, events } = await start();
    for (const data of ["one", "two", "three"]) await sdk.sendToAll(data, text);
    const seen = [await client.nextJson(), await client.nextJson(), await client.nextJson()];
    expect(seen.map(({ sequenceId }) => sequenceId)).toEqual([1, 2, 3]);
    client.ws.send('{"type":"sequenceAck","sequenceId":1}');
    client.ws.send('{"type":"ping"}');
    expect(await client.nextJson()).toEqual({ type: "pong" });
    client.ws.terminate();
    await client.closed;
    await sdk.group("lobby").sendToAll("four", text);

    const again = await connect(recoveryUrl(), RELIABLE);
    const connected = await again.nextJson();
    expect(connected).toMatchObject({ event: "connected", userId: "ada" });
    expect(connected.connectionId).toBe(service.connections("chat")[0]);
    const replayed = [await again.nextJson(), await again.nextJson(), await again.nextJson()];
    expect(replayed.map(({ data, sequenceId }) => [data, sequenceId])).toEqual([
      ...[
        ["two", 2],
        ["three", 3],
        ["four", 4],
      ],
    ]);
    await sdk.sendToAll("five", text);
    expect(await again.nextJson()).toMatchObject({ data: "five", sequenceId: 5 });
    await service.idle();
    expect(namesOf(events)).toEqual(["connect", "connected"]);
  });

  it("takes its connection from a socket that is still open", async () => {
    const { client, recoveryUrl, service, sdk } = await start();
    const again = await connect(recoveryUrl(), RELIABLE);
    expect((await client.closed).code).toBe(1006);
    await again.nextJson();
    await sdk.sendToAll("x", text);
    expect(await again.nextJson()).toMatchObject({ data: "x" });
    expect(service.connections("chat")).toHaveLength(1);
  });

  it("loses what outlived its time while it was away", async () => {
    const { client, clock, sdk, recoveryUrl } = await start();
    client.ws.terminate();
    await client.closed;
    await sdk.sendToAll("short", { ...text, messageTtlSeconds: 5 });
    await sdk.sendToAll("long", { ...text, messageTtlSeconds: 6 });
    await clock.advance(5000);
    const again = await connect(recoveryUrl(), RELIABLE);
    await again.nextJson();
    expect(await again.nextJson()).toMatchObject({ data: "long", sequenceId: 2 });
  });

  it("has 30 seconds, then it is gone and the handler learns of it", async () => {
    const { client, clock, service, events, recoveryUrl } = await start();
    const before = clock.timers;
    client.ws.close();
    await until(() => clock.timers > before);
    await clock.advance(29_999);
    expect(service.connections("chat")).toHaveLength(1);
    await clock.advance(1);
    await until(() => events.length === 3);
    expect([namesOf(events)[2], events[2]?.body]).toEqual(["disconnected", '{"reason":"Normal"}']);
    const late = await connect(recoveryUrl(), RELIABLE);
    expect((await late.closed).code).toBe(1008);
  });

  it("is gone at once when it closes with 1000", async () => {
    const { client, events, service } = await start();
    client.ws.close(1000, "bye");
    await until(() => events.length === 3);
    expect(events[2]?.body).toBe('{"reason":"bye"}');
    expect(service.connections("chat")).toEqual([]);
  });

  it("is refused with 1008 for a wrong token, connection or hub, after the handshake", async () => {
    const { recoveryUrl, url, service } = await start();
    const [userId = ""] = service.connections("chat");
    const ofClient = new URL(service.clientUrl("chat", { userId })).searchParams.get(
      "access_token",
    );
    const other = await connect(url, RELIABLE);
    const { reconnectionToken } = await other.nextJson();
    const refused = [
      recoveryUrl(undefined, reconnectionToken), // Of another connection.
      recoveryUrl(undefined, String(ofClient)), // Signed with the same key, but no token for this.
      recoveryUrl(undefined, "wrong"),
      recoveryUrl("gone"),
      recoveryUrl().replace("/hubs/chat", "/hubs/other"),
      `${url}&awps_connection_id=x`,
    ];
    for (const one of refused) {
      const client = await connect(one, RELIABLE);
      expect((await client.closed).code).toBe(1008);
    }
  });

  it("does not let a client of the plain JSON protocol recover", async () => {
    const { service, events } = await start();
    const client = await connect(service.clientUrl("chat"), ["json.webpubsub.azure.v1"]);
    expect(await client.nextJson()).not.toHaveProperty("reconnectionToken");
    client.ws.terminate();
    await until(() => namesOf(events).includes("disconnected"));
  });

  it.each([
    ["1,000 messages", 1001, 1],
    ["16 MiB", 17, 1024 * 1024 - 100],
  ])("is closed when it leaves more than %s unacknowledged", async (_name, count, length) => {
    const { client, service, events } = await start();
    const sender = service.clientUrl("chat", { roles: ["webpubsub.sendToGroup"] });
    const { ws } = await connect(sender, ["json.webpubsub.azure.v1"]);
    const frame = { type: "sendToGroup", group: "lobby", data: "x".repeat(length) };
    for (let n = 0; n < count; n++) ws.send(JSON.stringify(frame));
    expect(await client.closed).toEqual({ code: 1008, reason: "SlowClient" });
    await until(() => namesOf(events).includes("disconnected"));
    expect(events.at(-1)?.body).toBe('{"reason":"SlowClient"}');
  });
});

describe("the official client", () => {
  it("recovers by itself, and gets what it missed once", async () => {
    const sockets: string[] = [];
    const service = await startService({ trace: (line) => sockets.push(line) });
    const sdk = serviceClient(service);
    const client = new WebPubSubClient(service.clientUrl("chat", { userId: "ada" }));
    onTestFinished(() => client.stop());
    const seen: unknown[] = [];
    let connects = 0;
    client.on("server-message", ({ message }) => seen.push(message.data));
    client.on("connected", () => void connects++);
    await client.start();
    await until(() => connects === 1);
    await sdk.sendToAll("one", text);
    await until(() => seen.length === 1);
    // Cuts the wire under the client, as a network does.
    const { _wsClient } = Object(client);
    _wsClient._socket.terminate();
    await sdk.sendToAll("two", text);
    await until(() => seen.length === 2);
    await sdk.sendToAll("three", text);
    await until(() => seen.length === 3);
    expect([seen, connects]).toEqual([["one", "two", "three"], 1]);
    expect(sockets.filter((line) => line.startsWith("recovered"))).toHaveLength(1);
  });

  it("begins anew when its connection cannot be recovered", async () => {
    const service = await startService({ recoveryWindowMs: 1 });
    const client = new WebPubSubClient(service.clientUrl("chat"));
    onTestFinished(() => client.stop());
    const ids: string[] = [];
    client.on("connected", ({ connectionId }) => ids.push(connectionId));
    await client.start();
    await until(() => ids.length === 1);
    await serviceClient(service).closeAllConnections();
    await until(() => ids.length === 2);
    expect(ids[0]).not.toBe(ids[1]);
  });
});
