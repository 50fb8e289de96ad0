import { describe, expect, it } from "vitest";
import { connect, type TestClient } from "../kit.ts";
import { createHandler, startService, until } from "./web-pubsub-kit.ts";
import { rawRequest } from "./web-pubsub-rest-kit.ts";

const ROLES = ["webpubsub.joinLeaveGroup", "webpubsub.sendToGroup"];

/** A client of the JSON subprotocol, and a handler that answers with metadata. */
async function start(answer?: () => Response) {
  const { handler, events } = createHandler(({ headers }) =>
    headers["ce-type"]?.includes(".user.") ? answer?.() : undefined,
  );
  const service = await startService({ hubs: { chat: { eventHandlers: [{ handler }] } } });
  const token = { userId: "ada", groups: ["g"], roles: ROLES };
  const client = await connect(service.clientUrl("chat", token), ["json.webpubsub.azure.v1"]);
  await client.nextJson();
  const say = (frame: object) => client.ws.send(JSON.stringify(frame));
  return { service, client, events, say };
}

describe("the metadata of a message", () => {
  it("comes in headers of a REST request, the last of several values", async () => {
    const { service, client } = await start();
    const headers = { "X-WebPubSub-Metadata-Trace": "first, last ", "X-WebPubSub-Metadata-": "no" };
    const url = `${service.endpoint}/api/hubs/chat/:send`;
    expect((await rawRequest(url, { headers, body: "hi" })).status).toBe(202);
    expect(await client.next()).toBe(
      '{"type":"message","from":"server","dataType":"text","data":"hi","metadata":{"trace":"last"}}',
    );
  });

  it("goes with what a client says to a group, its names as they are", async () => {
    const { client, say } = await start();
    const metadata = { Trace: "one", trace: "two" };
    say({ type: "sendToGroup", group: "g", dataType: "text", data: "hi", metadata });
    expect(await client.nextJson()).toMatchObject({ data: "hi", metadata });
    say({ type: "sendToGroup", group: "g", dataType: "text", data: "hi", metadata: null });
    expect(await client.nextJson()).not.toHaveProperty("metadata");
  });

  it("goes with an event and with its answer", async () => {
    const headers = { "x-webpubsub-metadata-smoke": "yes", "Content-Type": "application/json" };
    const { client, events, say } = await start(() => new Response('{"a":1}', { headers }));
    say({ type: "event", event: "say", data: 1, ackId: 1, metadata: { Trace: "1" } });
    const from = { type: "message", from: "server", dataType: "json" };
    expect(await client.nextJson()).toEqual({
      ...from,
      data: { a: 1 },
      metadata: { smoke: "yes" },
    });
    expect(await client.nextJson()).toEqual({ type: "ack", ackId: 1, success: true });
    const event = events.find(({ headers }) => headers["ce-eventname"] === "say");
    expect(event?.headers["x-webpubsub-metadata-trace"]).toBe("1");
  });

  it("may go alone", async () => {
    const headers = { "x-webpubsub-metadata-trace": "2" };
    const { client, events, say } = await start(() => new Response(null, { headers }));
    say({ type: "event", event: "say", metadata: { trace: "1" } });
    const empty = { dataType: "text", data: "" };
    expect(await client.nextJson()).toMatchObject({ ...empty, metadata: { trace: "2" } });
    const event = events.find(({ headers }) => headers["ce-eventname"] === "say");
    expect([event?.body, event?.headers["content-type"]]).toEqual(["", "text/plain"]);
  });

  it("is nothing that a simple client sees", async () => {
    const headers = { "x-webpubsub-metadata-trace": "2", "Content-Type": "text/plain" };
    const { service } = await start(() => new Response("yes", { headers }));
    const client: TestClient = await connect(service.clientUrl("chat"));
    client.ws.send("hi");
    expect(await client.next()).toBe("yes");
  });

  it.each([
    ["a name that is none", { "a b": "x" }],
    ["an empty name", { "": "x" }],
    ["a name of more than 256 characters", { ["x".repeat(257)]: "" }],
    ["what is no text", { a: 1 }],
    ["a text of more than 1,024 characters", { a: "x".repeat(1025) }],
    ["a text beyond ASCII", { a: "ä" }],
    ["a line", { a: "x\n" }],
    [
      "more than 8 KB",
      Object.fromEntries("abcdefgh".split("").map((key) => [key, "x".repeat(1024)])),
    ],
    ["a list", []],
    ["a text", "x"],
  ])("closes a client for %s", async (_name, metadata) => {
    const { service, client, say } = await start();
    say({ type: "sendToGroup", group: "g", data: 1, metadata });
    expect((await client.closed).code).toBe(1007);
    await until(() => service.connections("chat").length === 0);
  });

  it("may have names of 256 characters, texts of 1,024 and 8 KB together", async () => {
    const { client, say } = await start();
    const metadata = {
      ["x".repeat(256)]: "",
      ...Object.fromEntries("abcdefg".split("").map((key) => [key, "x".repeat(1024)])),
      h: "x".repeat(8192 - 256 - 7 * 1025 - 1),
    };
    say({ type: "sendToGroup", group: "g", data: 1, metadata });
    expect((await client.nextJson()).metadata).toEqual(metadata);
  });

  it("is refused where it is none, by REST with 400 and of a handler with a failed ack", async () => {
    const headers = { "x-webpubsub-metadata-trace": "x".repeat(1025) };
    const { service, client, say } = await start(() => new Response("no", { headers }));
    const url = `${service.endpoint}/api/hubs/chat/:send`;
    expect((await rawRequest(url, { headers, body: "hi" })).status).toBe(400);
    say({ type: "event", event: "say", data: 1, ackId: 1 });
    expect(await client.nextJson()).toMatchObject({ type: "ack", success: false });
  });
});
