import { describe, expect, it } from "vitest";
import { arrive } from "./connections.ts";
import { createChat, startHandler } from "./event-kit.ts";
import { type EventChanges, KEY, SECONDARY_KEY, sign } from "./events.ts";

const status = async (kit: Kit, changes: EventChanges, handler = kit.handler) =>
  (await handler(kit.event(changes))).status;
type Kit = ReturnType<typeof startHandler>;

const names = ["connect", "connected", "disconnected", "message"];

describe("an event that is not the service's", () => {
  it.each([
    ["no signature", { "ce-signature": undefined }, 401],
    ["a wrong signature", { "ce-signature": sign("conn-1", "wrong") }, 401],
    ["that of another connection", { "ce-signature": sign("conn-2") }, 401],
    ["another hub", { "ce-hub": "other" }, 403],
    ["a time long ago", { "ce-time": "2025-12-31T23:49:59Z" }, 403],
    ["a time to come", { "ce-time": "2026-01-01T00:10:01Z" }, 403],
    ["no time", { "ce-time": undefined }, 400],
    ["a time that is none", { "ce-time": "yesterday" }, 400],
    ["no id", { "ce-id": undefined }, 400],
    ["no connection", { "ce-connectionId": undefined }, 400],
    ["no hub", { "ce-hub": undefined }, 400],
    ["no type", { "ce-type": undefined }, 400],
    ["no version", { "ce-specversion": undefined }, 400],
    ["another type", { "ce-type": "azure.webpubsub.sys.other" }, 400],
    ["an MQTT client", { "ce-physicalConnectionId": "p", "ce-sessionId": "s" }, 400],
    ["a connection id of 257 characters", { "ce-connectionId": "x".repeat(257) }, 400],
    ["two hubs", { "ce-hub": "chat, chat" }, 400],
    ["two connections", { "ce-connectionId": "conn-1, conn-1" }, 400],
    ["two connections in one", { "ce-connectionId": "conn-1,conn-1" }, 401],
  ])(
    "is refused for %s, whatever kind it is, before anything is done",
    async (_what, headers, expected) => {
      const kit = startHandler();
      await arrive(kit, "conn-1");
      kit.calls.length = 0;
      kit.meter.reset();
      for (const name of names)
        expect(await status(kit, { name, headers, id: name })).toBe(expected);
      expect(kit.calls).toEqual([]);
      expect(Object.values(kit.meter.counts()).every((count) => count === 0)).toBe(true);
      expect(await kit.handler.hub.members("lobby")).toHaveLength(1);
    },
  );

  it("is told nothing of why, and leaves nothing secret in the log", async () => {
    const kit = startHandler(createChat(), { code: "function-key" });
    const headers = { "ce-signature": sign("conn-1", "wrong"), authorization: "Bearer canary" };
    const url = "https://app.example/api/chat?code=canary";
    const response = await kit.handler(kit.event({ headers, url, body: "canary" }));
    expect(await response.text()).toBe("refused");
    expect(kit.problems).toHaveLength(1);
    expect(JSON.stringify(kit.problems)).not.toMatch(/canary|sha256|function-key|ABCDEFG/);
  });

  it("is none for a connection id of 256 characters, nor for a time with parts of a second", async () => {
    const kit = startHandler();
    const connectionId = "x".repeat(256);
    const headers = { "ce-time": "2026-01-01T00:00:00.1234567+00:00" };
    expect(await status(kit, { connectionId, headers, name: "connected" })).toBe(204);
  });

  it("is none within the ten minutes, nor for the hub's name in another case", async () => {
    const kit = startHandler();
    for (const time of ["2025-12-31T23:50:00Z", "2026-01-01T00:10:00Z"]) {
      const headers = { "ce-time": time, "ce-hub": "CHAT" };
      expect(await status(kit, { headers, name: "connected" })).toBe(204);
    }
  });
});

describe("several keys", () => {
  it("are the connection string's and those that are named", async () => {
    const kit = startHandler();
    const second = { "ce-signature": sign("conn-1", SECONDARY_KEY) };
    expect(await status(kit, { headers: second })).toBe(401);
    const two = kit.instance({ accessKeys: [SECONDARY_KEY] });
    expect(await status(kit, { headers: second }, two)).toBe(200);
    expect(await status(kit, { headers: { "ce-signature": sign("conn-1", KEY) } }, two)).toBe(200);
  });
});
