import {
  type OnGroupDataMessageArgs,
  type OnServerDataMessageArgs,
  WebPubSubClient,
  type WebPubSubClientOptions,
  WebPubSubJsonProtocol,
} from "@azure/web-pubsub-client";
import { describe, expect, it, onTestFinished } from "vitest";
import type { LocalWebPubSubOptions } from "../../src/azure.ts";
import { rejection } from "../kit.ts";
import {
  createHandler,
  namesOf,
  serviceClient,
  startService,
  text,
  until,
} from "./web-pubsub-kit.ts";

const ROLES = ["webpubsub.joinLeaveGroup", "webpubsub.sendToGroup"];

/** The official client, started, with what it was told. */
async function startClient(url: string, options: WebPubSubClientOptions = {}) {
  const client = new WebPubSubClient(url, {
    messageRetryOptions: { maxRetries: 0 },
    autoReconnect: false,
    ...options,
  });
  const groupMessages: OnGroupDataMessageArgs["message"][] = [];
  const serverMessages: OnServerDataMessageArgs["message"][] = [];
  client.on("group-message", ({ message }) => groupMessages.push(message));
  client.on("server-message", ({ message }) => serverMessages.push(message));
  const connected = new Promise<{ connectionId: string; userId: string }>((resolve) => {
    client.on("connected", resolve);
  });
  onTestFinished(() => client.stop());
  await client.start();
  return { client, groupMessages, serverMessages, ...(await connected) };
}

async function start(options: LocalWebPubSubOptions = {}) {
  const service = await startService(options);
  const url = (userId: string, roles = ROLES) => service.clientUrl("chat", { userId, roles });
  return { service, url, sdk: serviceClient(service) };
}

describe.each([
  ["json.webpubsub.azure.v1", { protocol: WebPubSubJsonProtocol() }],
  ["json.reliable.webpubsub.azure.v1", {}],
])("the official client with %s", (name, options: WebPubSubClientOptions) => {
  it("connects, joins, sends and leaves", async () => {
    const { service, url, sdk } = await start();
    const ada = await startClient(url("ada"), options);
    const bob = await startClient(url("bob"), options);
    expect([ada.userId, service.connections("chat")[0]]).toEqual(["ada", ada.connectionId]);
    for (const { client } of [ada, bob]) await client.joinGroup("lobby");
    await ada.client.sendToGroup("lobby", { a: 1 }, "json", { noEcho: true });
    await ada.client.sendToGroup("lobby", "text", "text");
    await ada.client.sendToGroup("lobby", new Uint8Array([1, 2]).buffer, "binary");
    await until(() => bob.groupMessages.length === 3 && ada.groupMessages.length === 2);
    expect(bob.groupMessages[0]).toMatchObject({
      group: "lobby",
      fromUserId: "ada",
      data: { a: 1 },
    });
    expect(bob.groupMessages.map(({ dataType }) => dataType)).toEqual(["json", "text", "binary"]);
    expect(bob.groupMessages[2]?.data).toEqual(new Uint8Array([1, 2]).buffer);
    await bob.client.leaveGroup("lobby");
    const filter = `protocol eq '${name}' and not ('lobby' in groups)`;
    await sdk.sendToAll("left", { ...text, filter });
    await until(() => bob.serverMessages.length === 1);
    expect(bob.serverMessages[0]).toMatchObject({ dataType: "text", data: "left" });
    expect(ada.serverMessages).toEqual([]);
  });

  it("sends events, gets the answers, and an error for one that failed", async () => {
    const { handler, events } = createHandler(({ headers, body }) => {
      if (headers["ce-eventname"] === "fail") return new Response("no", { status: 400 });
      if (headers["ce-eventname"] !== "echo") return undefined;
      const contentType = String(headers["content-type"]);
      return new Response(body, { headers: { "content-type": contentType } });
    });
    const { url } = await start({ hubs: { chat: { eventHandlers: [{ handler }] } } });
    const { client, serverMessages } = await startClient(url("ada"), options);
    await client.sendEvent("echo", { a: [1] }, "json");
    await client.sendEvent("echo", "text", "text");
    await client.sendEvent("echo", new Uint8Array([255]).buffer, "binary");
    await until(() => serverMessages.length === 3);
    expect(serverMessages.map(({ dataType, data }) => [dataType, data])).toEqual([
      ["json", { a: [1] }],
      ["text", "text"],
      ["binary", new Uint8Array([255]).buffer],
    ]);
    const error = await rejection(client.sendEvent("fail", "x", "text"));
    expect(error.errorDetail).toMatchObject({ name: "InternalServerError" });
    await client.sendEvent("after", "x", "text", { fireAndForget: true });
    await until(() => namesOf(events).includes("after"));
    const types = events.filter(({ headers }) => headers["ce-eventname"] === "echo");
    expect(
      types.map(({ headers }) => [headers["content-type"], headers["ce-subprotocol"]]),
    ).toEqual(
      ["application/json", "text/plain", "application/octet-stream"].map((type) => [type, name]),
    );
  });

  it("is told that an ackId was used before, and that it may not", async () => {
    const { url } = await start();
    const { client } = await startClient(url("ada"), options);
    const first = await client.joinGroup("lobby", { ackId: 7 });
    const second = await client.joinGroup("lobby", { ackId: 7 });
    expect([first.isDuplicated, second.isDuplicated]).toEqual([false, true]);
    const { client: guest } = await startClient(url("guest", ["webpubsub.sendToGroup.a"]), options);
    const errors = [
      await rejection(guest.joinGroup("lobby")),
      await rejection(guest.leaveGroup("lobby")),
      await rejection(guest.sendToGroup("lobby", "x", "text")),
    ];
    expect(errors.map(({ errorDetail }) => errorDetail)).toEqual(
      errors.map(() => expect.objectContaining({ name: "Forbidden" })),
    );
    await guest.sendToGroup("a", "x", "text");
  });

  it("is told why it was closed", async () => {
    const { url, sdk } = await start();
    const { client, connectionId } = await startClient(url("ada"), options);
    const disconnected = new Promise<{ message?: { message: string } }>((resolve) => {
      client.on("disconnected", resolve);
    });
    const stopped = new Promise<void>((resolve) => client.on("stopped", () => resolve()));
    await sdk.closeConnection(connectionId, { reason: "enough" });
    expect((await disconnected).message?.message).toBe("enough");
    await stopped;
  });

  it("fails an invoke at once", async () => {
    const { url } = await start();
    const { client } = await startClient(url("ada"), options);
    const error = await rejection(client.invokeEvent("echo", "x", "text"));
    expect(error.errorDetail).toMatchObject({ name: "BadRequest" });
  });
});
