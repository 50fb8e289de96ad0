import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../testing/src/index.ts";
import { createMemoryConnectionStore } from "../src/memory.ts";
import { createChat } from "./chats.ts";
import { createRig } from "./rig.ts";

const codes = (frames: Partial<Record<string, unknown>>[]) =>
  frames.map(({ type, code }) => code ?? type);

describe("leaving a room", () => {
  it("ends this membership and no other, for the rest of the message too", async () => {
    const { enter, send, options } = createRig(createChat());
    await enter("ada", "a", "b", "c");
    const { frames } = await send(
      "ada",
      { type: "leave", room: "b" },
      ...["a", "b", "c"].map((room) => ({ type: "history", room })),
    );
    expect(codes(frames)).toEqual(["ack", "history", "not_joined", "history"]);
    expect((await options.store.get("ada"))?.rooms).toEqual(["a", "c"]);
  });

  it("frees a place for another room", async () => {
    const { enter, send } = createRig(createChat({ limits: { maxRooms: 2 } }));
    await enter("ada", "a", "b");
    const { frames } = await send(
      "ada",
      { type: "join", room: "c" },
      { type: "leave", room: "a" },
      { type: "join", room: "c" },
    );
    expect(codes(frames)).toEqual(["too_many_rooms", "ack", "joined"]);
  });

  it("needs a hello and a room's name", async () => {
    const { enter, send } = createRig(createChat());
    expect(codes((await send("a", { type: "leave", room: "a" })).frames)).toEqual([
      "hello_required",
    ]);
    await enter("ada");
    expect(codes((await send("ada", { type: "leave", room: "" })).frames)).toEqual(["bad_room"]);
    expect(codes((await send("ada", { type: "leave", room: "a" })).frames)).toEqual(["ack"]);
  });
});

describe("a signal", () => {
  it("goes to somebody's inbox from outside, as a publish does", async () => {
    const { enter, send, gateway } = createRig(createChat());
    await enter("ada", "@ada");
    await enter("bob");
    const signal = { type: "signal", room: "@ada", event: "typing", data: { on: true } };
    expect((await send("bob", signal)).frames).toEqual([]);
    expect(gateway.pushed("ada", "signal")).toMatchObject([{ room: "@ada", from: { id: "bob" } }]);
  });
});

describe("a ping", () => {
  it("may name as many rooms as a connection may be in", async () => {
    const { enter, send } = createRig(createChat({ limits: { maxRooms: 2 } }));
    await enter("ada");
    const ping = (count: number) => ({
      type: "ping",
      rooms: Array.from({ length: count }, () => ({ room: "a", epoch: "e", seq: 0 })),
    });
    expect(codes((await send("ada", ping(2))).frames)).toEqual(["pong"]);
    expect(codes((await send("ada", ping(3))).frames)).toEqual(["bad_frame"]);
    expect((await send("ada", { type: "ping" })).frames[0]).toMatchObject({ rooms: [] });
  });
});

describe("a connection that is closed for what it sent", () => {
  const authenticate = ({ token = "" }) => ({
    userId: token,
    expiresAt: Date.UTC(2026, 0) + 30_000,
  });

  it("has left its rooms as disconnected", async () => {
    const left: unknown[] = [];
    const { enter, send, clock, quiesce } = createRig(
      createChat({ authenticate, left: ({ room, why }) => void left.push([room, why]) }),
    );
    await enter("ada", "@ada", "lobby");
    await clock.advance(30_000);
    expect((await send("ada", { type: "ping" })).close).toMatchObject({ code: 4401 });
    await quiesce();
    expect(left).toEqual([
      ["@ada", "disconnected"],
      ["lobby", "disconnected"],
    ]);
  });

  it("costs no presence of its inbox", async () => {
    const { enter, send, clock, quiesce, meter } = createRig(createChat({ authenticate }));
    await enter("ada", "@ada");
    await clock.advance(30_000);
    await send("ada", { type: "ping" });
    await quiesce();
    expect(meter.counts().list).toBe(0);
  });
});

describe("a connection that is closed while it joins", () => {
  it("must say hello again, for the rest of the message too", async () => {
    const store = createMemoryConnectionStore({ clock: createVirtualClock() });
    const { enter, send } = createRig(createChat(), {
      store: { ...store, join: async () => false },
    });
    await enter("ada");
    const { frames } = await send("ada", { type: "join", room: "lobby" }, { type: "ping" });
    expect(codes(frames)).toEqual(["hello_required", "hello_required"]);
  });
});
