import { describe, expect, it } from "vitest";
import { arrive, connectBody, connectionOf } from "./connections.ts";
import { createChat, startHandler } from "./event-kit.ts";

describe("disconnected", () => {
  it("removes the connection, whose groups the service has removed itself", async () => {
    const left: unknown[] = [];
    const kit = startHandler(createChat({ left: ({ room, why }) => void left.push([room, why]) }));
    const connection = await arrive(kit, "conn-1");
    kit.calls.length = 0;
    const end = { name: "disconnected", body: { reason: "Normal" } };
    expect((await connection.send(kit.handler, end)).status).toBe(204);
    expect(await kit.handler.hub.members("lobby")).toEqual([]);
    expect(left).toEqual([["lobby", "disconnected"]]);
    expect(kit.calls).toEqual([]);
    expect((await connection.send(kit.handler, end)).status).toBe(204);
    expect(left).toHaveLength(1);
  });

  it("may come before connect and before connected, and lets nobody in after that", async () => {
    const kit = startHandler(createChat({ authenticate: () => ({ userId: "ada" }) }));
    const connection = connectionOf(kit, "conn-1");
    await connection.send(kit.handler, { name: "disconnected", body: {} });
    const body = connectBody({ query: { token: ["t"] } });
    expect((await connection.send(kit.handler, { name: "connect", body })).status).toBe(503);
    expect((await connection.send(kit.handler, { name: "connected", body: {} })).status).toBe(204);
    expect(await kit.store.connectionsOf("ada")).toEqual([]);
  });

  it("is sent again by the service if the store does not answer", async () => {
    const kit = startHandler();
    const connection = await arrive(kit, "conn-1");
    const { close } = kit.store;
    kit.store.close = async () => {
      throw new Error("down");
    };
    const end = { name: "disconnected", id: 99, body: {} };
    expect((await connection.send(kit.handler, end)).status).toBe(503);
    kit.store.close = close;
    expect((await connection.send(kit.handler, end)).status).toBe(204);
    expect(await kit.handler.hub.members("lobby")).toEqual([]);
  });
});
