import type { WebPubSubServiceClient } from "@azure/web-pubsub";
import { describe, expect, it } from "vitest";
import { connect, rejection } from "../kit.ts";
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

  it("gets 404 for what is given to a connection that is gone, and none for what is taken", async () => {
    const { sdk } = await startRoom();
    const group = sdk.group("lobby");
    const target = { targetName: "lobby" };
    const errors = [
      await rejection(group.addConnection("gone")),
      await rejection(group.addUser("eve")),
      await rejection(sdk.grantPermission("gone", "sendToGroup", target)),
    ];
    expect(errors.map(({ statusCode, code }) => [statusCode, code])).toEqual([
      [404, "Error.Connection.NotExisted"],
      [404, "Error.User.NotExisted"],
      [404, "Info.Connection.NotExisted"],
    ]);
    const statuses: number[] = [];
    const onResponse = ({ status }: { status: number }) => void statuses.push(status);
    await group.removeConnection("gone", { onResponse });
    await group.removeUser("eve", { onResponse });
    await sdk.revokePermission("gone", "sendToGroup", { ...target, onResponse });
    await sdk.closeConnection("gone", { onResponse });
    await sdk.removeConnectionFromAllGroups("gone", { onResponse });
    await sdk.removeUserFromAllGroups("eve", { onResponse });
    expect(statuses).toEqual([204, 204, 204, 204, 204, 204]);
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
    const has = async (targetName: string) =>
      sdk.hasPermission(adaId, "sendToGroup", { targetName });
    expect(await has("lobby")).toBe(false);
    await sdk.grantPermission(adaId, "sendToGroup", { targetName: "lobby" });
    expect([await has("lobby"), await has("LOBBY"), await has("attic")]).toEqual([
      ...[true, false, false],
    ]);
    expect(await sdk.hasPermission(adaId, "joinLeaveGroup", { targetName: "lobby" })).toBe(false);
    await sdk.revokePermission(adaId, "sendToGroup", { targetName: "lobby" });
    expect(await has("lobby")).toBe(false);
  });

  it("takes from a client for one group what its roles allow for more", async () => {
    const service = await startService();
    const sdk = serviceClient(service);
    const roles = ["webpubsub.sendToGroup", "webpubsub.joinLeaveGroups.room*"];
    await connect(service.clientUrl("chat", { roles }));
    const [id = ""] = service.connections("chat");
    for (const permission of ["sendToGroup", "joinLeaveGroup"] as const) {
      const has = async (targetName: string) => sdk.hasPermission(id, permission, { targetName });
      await sdk.revokePermission(id, permission, { targetName: "room1" });
      expect([await has("room1"), await has("room2")]).toEqual([false, true]);
      await sdk.grantPermission(id, permission, { targetName: "room1" });
      expect(await has("room1")).toBe(true);
    }
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
