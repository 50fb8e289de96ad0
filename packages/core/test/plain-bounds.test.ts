import { describe, expect, it } from "vitest";
import { RejectedError, UnavailableError } from "../src/index.ts";
import { createChat, createGuestChat } from "./chats.ts";
import { plain, startPlain } from "./plain-kit.ts";
import { createRig } from "./rig.ts";

describe("a plain message", () => {
  it("has as many bytes as any other", async () => {
    const rig = startPlain({ limits: { maxBytes: 64 } });
    await rig.arrive("a");
    expect((await rig.sendRaw("a", "é".repeat(32))).texts).toEqual([]);
    const { close } = await rig.sendRaw("a", `${"é".repeat(32)}x`);
    expect(close).toMatchObject({ code: 1009, reason: "too_large" });
  });

  it("is received with its user and room, and answered with the name of the hook that threw", async () => {
    const seen: unknown[] = [];
    const receive = (text: string, context: object) => {
      seen.push([text, context]);
      throw new Error("broken");
    };
    const rig = startPlain({ plain: { ...plain, receive } });
    await rig.arrive("a");
    const { texts } = await rig.sendRaw("a", "hi");
    const user = { userId: expect.stringMatching(/^guest-/) };
    expect(seen).toEqual([["hi", { user, room: "lobby" }]]);
    expect(texts).toEqual([expect.stringContaining("plain.receive")]);
  });

  it("is left alone by a hub whose chat serves plain clients no more", async () => {
    const rig = startPlain();
    await rig.arrive("a");
    const { hub } = createRig(createGuestChat(), { store: rig.options.store });
    const { replies, close } = await hub.transport({ connectionId: "a", data: "hi" });
    expect({ replies, close }).toEqual({ replies: [], close: undefined });
  });

  it("that is no text opens no connection", async () => {
    const rig = startPlain();
    const { close } = await rig.sendRaw("late", new Uint8Array(3));
    expect(close).toBeUndefined();
    expect(await rig.options.store.get("late")).toBeUndefined();
  });
});

describe("a plain client's arrival", () => {
  it("asks whether it may join, and is no resume", async () => {
    const asked: unknown[] = [];
    const joined: unknown[] = [];
    const { hub, quiesce } = createRig(
      createChat({
        plain,
        authorize: ({ user: _, ...rest }) => asked.push(rest) > 0,
        joined: ({ room, resumed }) => void joined.push([room, resumed]),
      }),
    );
    const result = await hub.register({ connectionId: "p", query: { token: "pia" } });
    if (result.accepted) await result.done;
    await quiesce();
    expect(asked).toEqual([{ action: "join", room: "lobby" }]);
    expect(joined).toEqual([["lobby", false]]);
  });

  it.each([
    [new RejectedError("full"), 503, "unavailable", 1],
    [new UnavailableError("down"), 503, "unavailable", 0],
    [Object.assign(new Error("own"), { code: "forbidden" }), 503, "unavailable", 1],
  ])(
    "where the room can't be told (%s) is refused with %i %s",
    async (error, status, code, logged) => {
      const room = () => {
        throw error;
      };
      const { hub, problems } = createRig(createChat({ plain: { ...plain, room } }));
      const result = await hub.register({ connectionId: "p", query: { token: "pia" } });
      expect(result).toMatchObject({ accepted: false, status, code });
      expect(problems).toHaveLength(logged);
    },
  );

  it.each([
    [500, 0],
    [5000, 1000],
    [undefined, 1000],
  ])(
    "with %s ms left is done after %i, with what can be left to heartbeats",
    async (leftMs, ms) => {
      const { hub, clock, arrive } = startPlain();
      await arrive("a"); // From here on presence is pushed once a second.
      await clock.advance(0);
      const began = clock.now();
      const deadlineAt = leftMs === undefined ? undefined : began + leftMs;
      const result = await hub.register({ connectionId: "b", subprotocols: [], deadlineAt });
      let ended: number | undefined;
      const done = "done" in result ? result.done : Promise.reject(result);
      void done.then(() => {
        ended = clock.now() - began;
      });
      await clock.advance(2000);
      expect(ended).toBe(ms);
    },
  );

  it("that is refused is nothing for the log", async () => {
    const { hub, problems } = createRig(createChat({ plain, origins: [] }));
    const event = { connectionId: "p", origin: "https://evil.example", query: { token: "eve" } };
    expect(await hub.register(event)).toMatchObject({ status: 403, code: "forbidden" });
    expect(problems).toEqual([]);
  });
});
