import { odata, type WebPubSubServiceClient } from "@azure/web-pubsub";
import { describe, expect, it } from "vitest";
import { rejection } from "../kit.ts";
import { openClient, serviceClient, startRoom, startService, text } from "./web-pubsub-kit.ts";

/** Sends a last message, so that what was not delivered before it never was. */
async function rest(sdk: WebPubSubServiceClient, next: () => Promise<string>): Promise<string[]> {
  await sdk.sendToAll("the end", text);
  const all: string[] = [];
  for (let one = await next(); one !== "the end"; one = await next()) all.push(one);
  return all;
}

describe("the official client of the REST API", () => {
  it("reaches a hub by its name in any case, and may be told of a failure after the effect", async () => {
    const { service, ada } = await startRoom();
    const sdk = serviceClient(service, "CHAT");
    await sdk.sendToAll("one", text);
    service.faults.rest = () => ({ answer: 503, afterEffect: true });
    expect((await rejection(sdk.sendToAll("two", text))).statusCode).toBe(503);
    service.faults.rest = () => ({ answer: 503 });
    expect((await rejection(sdk.sendToAll("three", text))).statusCode).toBe(503);
    service.faults.rest = () => undefined;
    await sdk.sendToAll("four", text);
    expect([await ada.next(), await ada.next(), await ada.next()]).toEqual(["one", "two", "four"]);
  });

  it("sends text, JSON and bytes to everybody, and a bare text as JSON", async () => {
    const { sdk, ada } = await startRoom();
    await sdk.sendToAll("plain", text);
    await sdk.sendToAll("x");
    await sdk.sendToAll({ a: [1] });
    expect([await ada.next(), await ada.next(), await ada.next()]).toEqual([
      ...["plain", '"x"', '{"a":[1]}'],
    ]);
    const bytes = new Promise((resolve) =>
      ada.ws.once("message", (data, isBinary) => resolve([isBinary, data])),
    );
    await sdk.sendToAll(new Uint8Array([1, 2, 255]).buffer);
    expect(await bytes).toEqual([true, Buffer.from([1, 2, 255])]);
  });

  it("sends to a connection, a user and a group, and leaves out whom it excludes", async () => {
    const { sdk, ada, bob, adaId } = await startRoom();
    await sdk.sendToConnection(adaId, "to the connection", text);
    await sdk.sendToUser("bob", "to the user", text);
    await sdk.group("lobby").sendToAll("to the group", { ...text, excludedConnections: [adaId] });
    await sdk.sendToAll("to all", { ...text, excludedConnections: [adaId] });
    expect(await rest(sdk, ada.next)).toEqual(["to the connection"]);
    const [user, group, all] = [await bob.next(), await bob.next(), await bob.next()];
    expect([user, group, all]).toEqual(["to the user", "to the group", "to all"]);
  });

  it("filters receivers, quotes included", async () => {
    const { sdk, ada, bob } = await startRoom();
    const alice = await openClient(sdk, "al'ice");
    await sdk.sendToAll("quoted", { ...text, filter: odata`userId eq ${"al'ice"}` });
    await sdk.sendToUser("bob", "no", { ...text, filter: "'attic' in groups" });
    await sdk.sendToAll("lobby", {
      ...text,
      filter: "'lobby' in groups and not (userId in ('bob'))",
    });
    expect(await rest(sdk, ada.next)).toEqual(["lobby"]);
    expect(await alice.next()).toBe("quoted");
    expect(await bob.next()).toBe("the end");
  });

  it("refuses a filter that cannot be read with 400", async () => {
    const { sdk } = await startRoom();
    const error = await rejection(sdk.sendToAll("x", { ...text, filter: "userId is ada" }));
    expect(error.statusCode).toBe(400);
    expect(JSON.parse(error.message).code).toBe("Error.BadRequest");
    const many = await rejection(sdk.addConnectionsToGroups(["g"], "userId"));
    expect(many.statusCode).toBe(400);
  });

  it.each([
    ["invalid filter", 14],
    ["userId eq 'a' )", 15],
    ["userId > 'a'", 6],
  ])("is told where %s cannot be read, as the tests of the SDK expect it", async (filter, at) => {
    const sdk = serviceClient(await startService());
    const error = await rejection(sdk.sendToAll("x", { ...text, filter }));
    const { message } = JSON.parse(error.message);
    const why = `Syntax error at position ${at} in '${filter}'. (Parameter 'filter')`;
    expect(message).toBe(`Invalid syntax for '${filter}': ${why}`);
  });

  it("takes a time to live from 0 to 300 seconds", async () => {
    const { sdk, ada } = await startRoom();
    await sdk.sendToAll("kept", { ...text, messageTtlSeconds: 300 });
    expect(await ada.next()).toBe("kept");
  });

  it("accepts messages for nobody", async () => {
    const sdk = serviceClient(await startService());
    const statuses: number[] = [];
    const onResponse = ({ status }: { status: number }) => void statuses.push(status);
    await sdk.sendToConnection("gone", "x", { ...text, onResponse });
    await sdk.sendToUser("nobody", "x", { ...text, onResponse });
    await sdk.group("empty").sendToAll("x", { ...text, onResponse });
    await sdk.sendToAll("x", { ...text, onResponse });
    expect(statuses).toEqual([202, 202, 202, 202]);
  });
});
