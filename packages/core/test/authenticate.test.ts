import { describe, expect, it } from "vitest";
import { RejectedError, UnavailableError } from "../src/index.ts";
import { type Changes, createChat, createGuestChat, say } from "./chats.ts";
import { createRig, sessionOf } from "./rig.ts";

declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare function btoa(bytes: string): string;

const V1 = "hubbub.v1";
const ISSUED_AT = Date.UTC(2026, 0);

/** The subprotocol that carries a token. */
function tokenProtocol(token: string): string {
  const bytes = new TextEncoder().encode(token);
  const base64 = btoa(String.fromCharCode(...bytes));
  return `hubbub.token.${base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

const strict: Changes = {
  authenticate: ({ token, claims }) => {
    const userId = token ?? (claims as { sub: string } | undefined)?.sub;
    if (!userId?.startsWith("user-")) throw new RejectedError("bad_token");
    return { userId };
  },
};

describe("authentication in the handshake", () => {
  it("takes the token of the query", async () => {
    const { hub, send } = createRig(createChat(strict));
    const query = { token: "user-ada" };
    const result = await hub.register({ connectionId: "a", subprotocols: [V1], query });
    expect(result).toMatchObject({ accepted: true, subprotocol: V1 });
    const { frames } = await send("a", { type: "hello" });
    expect(frames).toMatchObject([{ type: "welcome", user: { id: "user-ada" } }]);
    expect((await send("a", { type: "hello" })).frames).toMatchObject([
      { code: "already_welcomed" },
    ]);
  });

  it.each(["user-ada", "user-Zoë", "user-🦊-漢字", "user-~>?", "user-/+"])(
    "takes the token %s of a subprotocol",
    async (token) => {
      const { hub, send } = createRig(createChat(strict));
      const subprotocols = [V1, tokenProtocol(token)];
      const result = await hub.register({ connectionId: "a", subprotocols });
      expect(result).toMatchObject({ accepted: true, subprotocol: V1 });
      expect((await send("a", { type: "hello" })).frames).toMatchObject([{ user: { id: token } }]);
    },
  );

  it.each(["hubbub.token.", "hubbub.token.%%%", "hubbub.token._w", "hubbub.token.AAAAA"])(
    "refuses the garbage %s instead of taking it for no token",
    async (garbage) => {
      const { hub, meter } = createRig(createChat(strict));
      const result = await hub.register({ connectionId: "a", subprotocols: [V1, garbage] });
      expect(result).toMatchObject({ accepted: false, status: 401, code: "unauthenticated" });
      expect(meter.counts()).toMatchObject({ read: 0, write: 0 });
    },
  );

  it("takes what the gateway has verified", async () => {
    const { hub, send } = createRig(createChat(strict));
    const claims = { sub: "user-ada" };
    await hub.register({ connectionId: "a", subprotocols: [V1], claims });
    const { frames } = await send("a", { type: "hello" });
    expect(frames).toMatchObject([{ user: { id: "user-ada" } }]);
  });

  it("leaves it to hello when the handshake brought nothing", async () => {
    const { hub, send, meter } = createRig(createChat(strict));
    const result = await hub.register({ connectionId: "a", subprotocols: [V1] });
    expect(result).toMatchObject({ accepted: true, connection: undefined });
    expect(meter.counts()).toMatchObject({ read: 0, write: 0 });
    const { frames } = await send("a", { type: "hello", token: "user-ada" });
    expect(frames).toMatchObject([{ type: "welcome" }]);
  });

  it("refuses a bad, expired or unusable one with 401 before any write", async () => {
    const users: unknown[] = [
      undefined,
      null,
      {},
      { userId: 7 },
      { userId: "" },
      { userId: "a\u0000b" },
      { userId: "\ud800" },
      { userId: "x".repeat(128) },
      { userId: "a", name: 5 },
      { userId: "a", bag: "x".repeat(5000) },
      { userId: "a", count: 1n },
      { userId: "a", expiresAt: ISSUED_AT },
      { userId: "a", expiresAt: Number.NaN },
      { userId: "a", expiresAt: "tomorrow" },
    ];
    for (const user of users) {
      const { hub, meter } = createRig(createChat({ authenticate: () => user as { userId: "a" } }));
      const early = { connectionId: "a", subprotocols: [V1], query: { token: "t" } };
      expect(await hub.register(early)).toMatchObject({ accepted: false, status: 401 });
      expect(meter.counts()).toMatchObject({ read: 0, write: 0 });
    }
  });

  it("tells an application that can't tell now from a refusal", async () => {
    const authenticate = () => Promise.reject(new UnavailableError("directory down"));
    const { hub, send } = createRig(createChat({ authenticate }));
    const early = { connectionId: "a", subprotocols: [V1], query: { token: "t" } };
    expect(await hub.register(early)).toMatchObject({ accepted: false, status: 503 });
    const { frames, close } = await send("b", { type: "hello", token: "t" });
    expect(frames).toMatchObject([{ code: "unavailable", retryable: true }]);
    expect(close).toBeUndefined();
  });
});

describe("authentication in hello", () => {
  it("closes with 4401 when it is refused, and handles nothing after it", async () => {
    const { send, meter } = createRig(createChat(strict));
    const { frames, close } = await send(
      "a",
      { type: "hello", token: "stranger" },
      { type: "join", room: "lobby" },
    );
    expect(frames).toMatchObject([{ code: "unauthenticated", reason: "bad_token" }]);
    expect(frames).toHaveLength(1);
    expect(close?.code).toBe(4401);
    expect(meter.counts().list).toBe(0);
  });

  it("treats whatever else authenticate throws as a refusal, and logs it", async () => {
    for (const thrown of [new TypeError("oops"), "a string", undefined]) {
      const authenticate = () => {
        throw thrown;
      };
      const { send, problems } = createRig(createChat({ authenticate }));
      const { frames, close } = await send("a", { type: "hello", token: "secret-token" });
      expect(frames).toMatchObject([{ code: "unauthenticated" }]);
      expect(close?.code).toBe(4401);
      expect(problems).toHaveLength(1);
      expect(JSON.stringify([frames, problems])).not.toContain("secret-token");
    }
  });

  it("makes the same session the same guest, and shows the session to nobody", async () => {
    const { send, gateway, hub, quiesce } = createRig(createGuestChat());
    const session = sessionOf("canary");
    const first = await send("a", { type: "hello", session }, { type: "join", room: "lobby" });
    const again = await send("b", { type: "hello", session }, { type: "join", room: "lobby" });
    const other = await send("c", { type: "hello" }, { type: "join", room: "lobby" });
    const users = [first, again, other].map(({ frames }) => frames[0]?.user as { id: string });
    const ids = users.map(({ id }) => id);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
    expect(ids[0]).toMatch(/^guest-[A-Za-z0-9_-]{22}$/);
    const epoch = String(first.frames[1]?.epoch);
    await send("a", say("lobby", "hi", "m1", { epoch, after: 0 }));
    const twice = await send("a", { type: "hello", session });
    const bad = await send("a", { type: "hello", session: `${session}!` });
    await quiesce();
    const seen = [first, again, other, twice, bad].map(({ texts }) => texts);
    const pushed = ["a", "b", "c"].map((id) => gateway.received(id).texts);
    expect(JSON.stringify([seen, pushed, await hub.members("lobby")])).not.toContain(session);
  });
});
