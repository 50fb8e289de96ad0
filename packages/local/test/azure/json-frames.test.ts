import { describe, expect, it } from "vitest";
import type { LocalWebPubSubOptions } from "../../src/azure.ts";
import { connect } from "../kit.ts";
import { createHandler, serviceClient, startService, text, until } from "./web-pubsub-kit.ts";
import { rawRequest } from "./web-pubsub-rest-kit.ts";

const ROLES = ["webpubsub.joinLeaveGroup", "webpubsub.sendToGroup"];

describe("a client of the JSON subprotocol", () => {
  async function raw(roles = ROLES, options: LocalWebPubSubOptions = {}) {
    const service = await startService(options);
    const url = service.clientUrl("chat", { userId: "ada", roles });
    const client = await connect(url, ["json.webpubsub.azure.v1"]);
    const connected = await client.nextJson();
    const say = async (frame: object) => {
      client.ws.send(JSON.stringify(frame));
      return client.nextJson();
    };
    return { service, sdk: serviceClient(service), client, connected, say };
  }

  it("gets the frames of the documentation", async () => {
    const { service, client, connected, say, sdk } = await raw();
    const [connectionId] = service.connections("chat");
    expect(connected).toEqual({ type: "system", event: "connected", userId: "ada", connectionId });
    expect(await say({ type: "ping" })).toEqual({ type: "pong" });
    const joined = await say({ type: "joinGroup", group: "g", ackId: 1 });
    expect(joined).toEqual({ type: "ack", ackId: 1, success: true });
    const own = await say({ type: "sendToGroup", group: "g", dataType: "binary", data: "AQI=" });
    const from = { type: "message", from: "group", group: "g", fromUserId: "ada" };
    expect(own).toEqual({ ...from, dataType: "binary", data: "AQI=" });
    await sdk.group("g").sendToAll({ a: 1 });
    const fromServer = { type: "message", from: "group", group: "g", dataType: "json" };
    expect(await client.nextJson()).toEqual({ ...fromServer, data: { a: 1 } });
    await sdk.sendToUser("ada", "x", text);
    expect(await client.nextJson()).toEqual({
      ...{ type: "message", from: "server", dataType: "text", data: "x" },
    });
    await sdk.closeAllConnections({ reason: "why" });
    expect(await client.nextJson()).toEqual({
      ...{ type: "system", event: "disconnected", message: "why" },
    });
    expect(await client.closed).toEqual({ code: 1000, reason: "why" });
  });

  it("gets JSON as it was sent, long numbers included", async () => {
    const { client, service } = await raw();
    const headers = { "Content-Type": "application/json" };
    const body = '{"n":12345678901234567890}';
    await rawRequest(`${service.endpoint}/api/hubs/chat/:send`, { headers, body });
    expect(await client.next()).toContain(`"data":${body}`);
  });

  it.each([
    ["what is no JSON", "{", 1007],
    ["an array", "[]", 1007],
    ["no type", "{}", 1007],
    ["an unknown type", '{"type":"fly"}', 1007],
    ["a group that is none", '{"type":"joinGroup","group":" "}', 1007],
    ["an ackId that is none", '{"type":"joinGroup","group":"g","ackId":-1}', 1007],
    ["an event that is none", '{"type":"event","event":"1","data":1}', 1007],
    ["no data", '{"type":"event","event":"e"}', 1007],
    ["text that is none", '{"type":"event","event":"e","dataType":"text","data":1}', 1007],
    ["Base64 that is none", '{"type":"event","event":"e","dataType":"binary","data":"?"}', 1007],
    ["an unknown dataType", '{"type":"event","event":"e","dataType":"x","data":"?"}', 1007],
    ["noEcho that is none", '{"type":"sendToGroup","group":"g","data":1,"noEcho":1}', 1007],
    ["a ttl out of range", '{"type":"sendToGroup","group":"g","data":1,"ttlSeconds":301}', 1007],
    ["a sequenceAck without a number", '{"type":"sequenceAck"}', 1007],
    ["bytes", Buffer.from("{}"), 1003],
    ["more than 1 MiB", `{"type":"ping","x":"${"x".repeat(1024 * 1024)}"}`, 1009],
  ])("is closed for %s", async (_name, frame, code) => {
    const { client, service } = await raw();
    client.ws.send(frame);
    expect((await client.closed).code).toBe(code);
    await until(() => service.connections("chat").length === 0);
  });

  it("may try again with the ackId of what failed", async () => {
    const { say, sdk, service } = await raw([]);
    const join = { type: "joinGroup", group: "g", ackId: 3 };
    expect(await say(join)).toMatchObject({ success: false, error: { name: "Forbidden" } });
    await sdk.grantPermission(String(service.connections("chat")[0]), "joinLeaveGroup", {
      targetName: "g",
    });
    expect(await say(join)).toMatchObject({ success: true });
    expect(await say(join)).toMatchObject({ success: false, error: { name: "Duplicate" } });
  });

  it("is told of an ackId that it used before, as long as it is one of the last 1,000", async () => {
    const { say } = await raw();
    const join = async (ackId: number) =>
      (await say({ type: "joinGroup", group: "g", ackId })).success;
    for (let ackId = 1; ackId <= 1001; ackId++) expect(await join(ackId)).toBe(true);
    expect([await join(2), await join(1)]).toEqual([false, true]);
  });

  it("may have an ackId of 64 bits, and acknowledge more than there was", async () => {
    const { client } = await raw();
    const join = async (ackId: string, data = "") => {
      client.ws.send(`{"type":"joinGroup"${data},"group":"g","ackId":${ackId}}`);
      return client.next();
    };
    const ackId = "18446744073709551615";
    expect(await join(ackId)).toBe(`{"type":"ack","ackId":${ackId},"success":true}`);
    expect(await join(ackId)).toContain("Duplicate");
    const near = "18446744073709551614";
    const other = `,"data":{"ackId": 9007199254740993 }`;
    expect(await join(near, other)).toBe(`{"type":"ack","ackId":${near},"success":true}`);
    client.ws.send(`{"type":"sequenceAck","sequenceId":${ackId}}`);
    client.ws.send('{"type":"ping"}');
    expect(await client.nextJson()).toEqual({ type: "pong" });
    client.ws.send(`{"type":"joinGroup","group":"g","ackId":${ackId}0}`);
    expect((await client.closed).code).toBe(1007);
  });

  it.each([
    ["setGroupState", { group: "g", state: {} }],
    ["subscribeGroupState", { group: "g" }],
    ["unsubscribeGroupState", { group: "g" }],
  ])("gets a failed ack for %s, and stays", async (type, fields) => {
    const { client, say } = await raw();
    const refused = { type: "ack", ackId: 1, success: false, error: { name: "BadRequest" } };
    expect(await say({ type, ...fields, ackId: 1 })).toMatchObject(refused);
    client.ws.send(JSON.stringify({ type, ...fields }));
    expect(await say({ type: "ping" })).toEqual({ type: "pong" });
  });

  it("is told that its stream is closed, whatever it sends of it", async () => {
    const { client, say } = await raw();
    const closed = { type: "streamClosed", streamId: "s", error: { name: "BadRequest" } };
    const stream = { streamId: "s", idleTimeoutMs: 300 };
    expect(await say({ type: "sendToGroup", group: "g", stream })).toMatchObject(closed);
    const start = { type: "sendToGroup", group: "g", stream, ackId: 2 };
    expect(await say(start)).toMatchObject({ type: "ack", ackId: 2, success: false });
    expect(await client.nextJson()).toMatchObject(closed);
    expect(await say({ type: "streamData", streamId: "s" })).toMatchObject(closed);
    expect(await say({ type: "streamEnd", streamId: "s" })).toMatchObject(closed);
  });

  it("may do what a pattern among its roles matches", async () => {
    const { say } = await raw(["webpubsub.joinLeaveGroups.room-*-*", "webpubsub.sendToGroups.a*b"]);
    const join = async (group: string, ackId: number) =>
      (await say({ type: "joinGroup", group, ackId })).success;
    expect([await join("room-1-2", 1), await join("room-12", 2)]).toEqual([true, false]);
    const send = { type: "sendToGroup", data: 1, ackId: 3 };
    expect(await say({ ...send, group: "axb" })).toMatchObject({ success: true });
    expect(await say({ ...send, group: "axbc", ackId: 4 })).toMatchObject({ success: false });
  });

  it("gets a failed ack for an event that no handler takes, and stays", async () => {
    const { handler } = createHandler();
    const eventHandlers = [{ handler, userEventPattern: "say, typing.*", systemEvents: [] }];
    const { say } = await raw(ROLES, { hubs: { chat: { eventHandlers } } });
    const event = async (name: string, ackId: number) =>
      (await say({ type: "event", event: name, data: 1, ackId })).success;
    const names = ["shout", "SAY", "typing.on", "typing.on.again"];
    const results = [];
    for (const [index, name] of names.entries()) results.push(await event(name, index));
    expect(results).toEqual([false, true, true, false]);
  });
});
