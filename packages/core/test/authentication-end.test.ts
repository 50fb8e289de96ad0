import { describe, expect, it } from "vitest";
import { type Changes, createChat } from "./chats.ts";
import { createRig } from "./rig.ts";

const ISSUED_AT = Date.UTC(2026, 0);

describe("the end of an authentication", () => {
  const expiring: Changes = {
    authenticate: ({ token = "" }) => ({ userId: token, expiresAt: ISSUED_AT + 60_000 }),
  };

  it("ends the connection with token_expired and 4401", async () => {
    const { enter, send, clock, hub, quiesce } = createRig(createChat(expiring));
    await enter("ada", "lobby");
    await clock.advance(59_999);
    expect((await send("ada", { type: "ping" })).frames).toMatchObject([{ type: "pong" }]);
    await clock.advance(1);
    const { frames, close } = await send("ada", { type: "ping" }, { type: "who", room: "lobby" });
    expect(frames).toMatchObject([{ code: "token_expired" }]);
    expect(frames).toHaveLength(1);
    expect(close?.code).toBe(4401);
    await quiesce();
    expect(await hub.online("lobby")).toBe(0);
  });

  it("stops the pushes two heartbeats later, even if the client says nothing", async () => {
    const { enter, clock, hub, gateway } = createRig(createChat({ ...expiring, leaseMs: 600_000 }));
    await enter("ada", "lobby");
    await clock.advance(60_000 + 2 * 25_000);
    await hub.publish("lobby", "say", { text: "late" });
    expect(gateway.pushed("ada", "message")).toEqual([]);
  });

  it.each([Infinity, 1e300, undefined])(
    "may be never: %s, which no store has to hold",
    async (expiresAt) => {
      const authenticate = () => ({ userId: "ada", expiresAt });
      const { hub, send, options } = createRig(createChat({ authenticate }));
      const early = { connectionId: "early", subprotocols: ["hubbub.v1"], query: { token: "t" } };
      expect(await hub.register(early)).toMatchObject({ accepted: true });
      await send("late", { type: "hello", token: "t" });
      for (const id of ["early", "late"]) {
        const connection = await options.store.get(id);
        expect(connection).toMatchObject({ user: { userId: "ada" } });
        expect(connection?.authExpiresAt).toBeUndefined();
      }
    },
  );

  it("takes the rooms along, whoever says hello on that connection next", async () => {
    const { enter, send, clock, hub, gateway } = createRig(createChat({ leaseMs: 26_000 }));
    await enter("ada", "lobby", "@ada");
    await clock.advance(26_000);
    const hello = await send("ada", { type: "hello", token: "bob" });
    expect(hello.frames).toMatchObject([{ type: "welcome", user: { id: "bob" } }]);
    const { frames } = await send("ada", { type: "history", room: "@ada" });
    expect(frames).toMatchObject([{ code: "not_joined" }]);
    await hub.publish("@ada", "say", { text: "private" });
    expect(gateway.pushed("ada", "message")).toEqual([]);
  });
});
