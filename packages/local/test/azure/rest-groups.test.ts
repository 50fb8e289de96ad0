import type { WebPubSubServiceClient } from "@azure/web-pubsub";
import { describe, expect, it } from "vitest";
import { rejection } from "../kit.ts";
import { openClient, serviceClient, startRoom, startService, text } from "./web-pubsub-kit.ts";

async function members(sdk: WebPubSubServiceClient, group: string) {
  const found = [];
  for await (const member of await sdk.group(group).listConnections()) found.push(member.userId);
  return found.sort();
}

describe("the official client of the REST API, on groups and connections", () => {
  it("says who exists", async () => {
    const { service, sdk, adaId } = await startRoom();
    const found = [
      ...[await sdk.connectionExists(adaId), await sdk.connectionExists("gone")],
      ...[await sdk.userExists("ada"), await sdk.userExists("eve")],
      ...[await sdk.groupExists("lobby"), await sdk.groupExists("attic")],
    ];
    expect(found).toEqual([true, false, true, false, true, false]);
    expect(await serviceClient(service, "other").userExists("ada")).toBe(false);
  });

  it("adds to groups and removes from them, by connection, user and filter", async () => {
    const { sdk, adaId, bobId } = await startRoom();
    const attic = sdk.group("attic");
    await attic.addConnection(adaId);
    await attic.addUser("bob");
    expect(await members(sdk, "attic")).toEqual(["ada", "bob"]);
    await attic.removeConnection(adaId);
    await attic.removeUser("bob");
    expect(await members(sdk, "attic")).toEqual([]);
    await sdk.addConnectionsToGroups(["attic", "cellar"], "userId ne 'bob'");
    expect([await members(sdk, "attic"), await members(sdk, "cellar")]).toEqual([["ada"], ["ada"]]);
    await sdk.removeConnectionsFromGroups(["attic"], "'cellar' in groups");
    expect(await members(sdk, "attic")).toEqual([]);
    await sdk.removeConnectionFromAllGroups(adaId);
    expect([await members(sdk, "cellar"), await members(sdk, "lobby")]).toEqual([[], ["bob"]]);
    await sdk.removeUserFromAllGroups("bob");
    expect(await sdk.groupExists("lobby")).toBe(false);
    expect(await sdk.connectionExists(bobId)).toBe(true);
  });

  it("gets 404 for what is done to a connection that is gone", async () => {
    const { sdk } = await startRoom();
    const group = sdk.group("lobby");
    const errors = [
      await rejection(group.addConnection("gone")),
      await rejection(group.removeConnection("gone")),
      await rejection(group.addUser("eve")),
      await rejection(sdk.grantPermission("gone", "sendToGroup")),
    ];
    expect(errors.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404, 404]);
    await sdk.closeConnection("gone");
    await sdk.removeConnectionFromAllGroups("gone");
  });

  it("pages through a group, whatever leaves meanwhile", async () => {
    const service = await startService();
    const sdk = serviceClient(service);
    for (let n = 0; n < 7; n++) await openClient(sdk, `user${n}`, ["lobby"]);
    const pages: string[][] = [];
    const listed = await sdk.group("lobby").listConnections({ maxPageSize: 3 });
    for await (const page of listed.byPage()) {
      pages.push(page.map(({ connectionId }) => connectionId));
      await sdk.closeConnection(String(page.at(-1)?.connectionId));
    }
    expect(pages.map(({ length }) => length)).toEqual([3, 3, 1]);
    expect(new Set(pages.flat()).size).toBe(7);
    const top = await sdk.group("lobby").listConnections({ maxPageSize: 3, top: 4 });
    const sizes: number[] = [];
    for await (const page of top.byPage()) sizes.push(page.length);
    expect(sizes).toEqual([3, 1]);
    const ids: string[] = [];
    const three = await sdk.group("lobby").listConnections({ maxPageSize: 1, top: 3 });
    for await (const { connectionId } of three) ids.push(connectionId);
    expect(new Set(ids).size).toBe(3);
    expect(ids).toHaveLength(3);
  });

  it("closes a connection, a user, a group and a hub, with a reason", async () => {
    const { sdk, ada, bob, bobId } = await startRoom();
    const eve = await openClient(sdk, "eve", ["attic"]);
    const last = await openClient(sdk, "last");
    await sdk.closeUserConnections("ada", { reason: "one" });
    expect(await ada.closed).toEqual({ code: 1000, reason: "one" });
    await sdk.group("attic").closeAllConnections({ reason: "two" });
    expect(await eve.closed).toEqual({ code: 1000, reason: "two" });
    await sdk.closeAllConnections({ reason: "x".repeat(200) });
    expect(await bob.closed).toEqual({ code: 1000, reason: "x".repeat(123) });
    expect((await last.closed).code).toBe(1000);
    expect(await sdk.connectionExists(bobId)).toBe(false);
  });

  it("grants, asks for and revokes permissions", async () => {
    const { sdk, adaId } = await startRoom();
    const has = async (targetName?: string) =>
      sdk.hasPermission(adaId, "sendToGroup", targetName === undefined ? {} : { targetName });
    expect(await has("lobby")).toBe(false);
    await sdk.grantPermission(adaId, "sendToGroup", { targetName: "lobby" });
    expect([await has("lobby"), await has("attic"), await has()]).toEqual([true, false, false]);
    await sdk.revokePermission(adaId, "sendToGroup", { targetName: "lobby" });
    await sdk.grantPermission(adaId, "sendToGroup");
    expect([await has("attic"), await has()]).toEqual([true, true]);
    await sdk.revokePermission(adaId, "sendToGroup");
    expect(await has()).toBe(false);
  });

  it("names hubs, groups and users with any characters", async () => {
    const { sdk } = await startRoom();
    const group = "räume/1 +%2F?#";
    const client = await openClient(sdk, "Ünï/köde", [group]);
    await sdk.group(group).sendToAll("group", text);
    await sdk.sendToUser("Ünï/köde", "user", text);
    expect([await client.next(), await client.next()]).toEqual(["group", "user"]);
    expect(await members(sdk, group)).toEqual(["Ünï/köde"]);
  });
});
