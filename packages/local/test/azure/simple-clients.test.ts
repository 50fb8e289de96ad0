import { describe, expect, it } from "vitest";
import { connect } from "../kit.ts";
import {
  createHandler,
  namesOf,
  serviceClient,
  startService,
  text,
  until,
} from "./web-pubsub-kit.ts";

describe("a simple client", () => {
  it("is announced, heard, answered, sent to and closed", async () => {
    const { handler, events } = createHandler(({ headers, body }) =>
      headers["ce-eventname"] === "message" ? new Response(`echo ${body}`) : undefined,
    );
    const service = await startService({ hubs: { chat: { eventHandlers: [{ handler }] } } });
    const sdk = serviceClient(service);
    const { url } = await sdk.getClientAccessToken({ userId: "ada", groups: ["lobby"] });
    const client = await connect(url);
    client.ws.send("hi");
    expect(await client.next()).toBe("echo hi");
    const [id = ""] = service.connections("chat");
    await sdk.group("lobby").sendToAll("to all", text);
    await sdk.sendToConnection(id, { a: 1 });
    expect([await client.next(), await client.next()]).toEqual(["to all", '{"a":1}']);
    const members = [];
    for await (const member of await sdk.group("lobby").listConnections()) members.push(member);
    expect(members).toEqual([{ connectionId: id, userId: "ada" }]);
    expect(await sdk.connectionExists(id)).toBe(true);
    await sdk.closeConnection(id, { reason: "enough" });
    expect(await client.closed).toEqual({ code: 1000, reason: "enough" });
    expect(await sdk.connectionExists(id)).toBe(false);
    await until(() => events.length === 4);
    expect(namesOf(events)).toEqual(["connect", "connected", "message", "disconnected"]);
  });
});
