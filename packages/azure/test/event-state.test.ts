import { describe, expect, it, vi } from "vitest";
import { arrive, connectBody, connectionOf, publish } from "./connections.ts";
import { createChat, plain, startHandler } from "./event-kit.ts";

const ping = (...rooms: string[]) => ({
  type: "ping",
  rooms: rooms.map((room) => ({ room, epoch: "x", seq: 0, presence: "" })),
});

describe("the state that the service carries", () => {
  it("saves the store's read for every message", async () => {
    const kit = startHandler();
    const ada = await arrive(kit, "conn-1");
    const { epoch } = await kit.handler.hub.history("lobby");
    const get = vi.spyOn(kit.store, "get");
    const { state } = ada;
    await ada.say(kit.handler, publish("m1", 0, epoch));
    await ada.say(kit.handler, ping("lobby"));
    await ada.say(kit.handler, {
      type: "signal",
      room: "lobby",
      event: "typing",
      data: { on: true },
    });
    expect(get).not.toHaveBeenCalled();
    expect(ada.state).toBe(state); // Nothing has changed, so nothing was written, either.
  });

  it("is good in another process, and after a restart", async () => {
    const kit = startHandler();
    const ada = await arrive(kit, "conn-1");
    const get = vi.spyOn(kit.store, "get");
    const [pong] = await ada.say(kit.instance(), ping("lobby"));
    expect(pong).toMatchObject({ type: "pong", rooms: [{ room: "lobby", joined: true }] });
    expect(get).not.toHaveBeenCalled();
  });

  it("follows joins and leaves", async () => {
    const kit = startHandler();
    const ada = await arrive(kit, "conn-1", []);
    const states = [ada.state];
    const get = vi.spyOn(kit.store, "get");
    for (const type of ["join", "leave"]) {
      await ada.say(kit.handler, { type, room: "attic" });
      states.push(ada.state);
    }
    expect(new Set(states).size).toBe(2);
    expect(await ada.say(kit.handler, ping())).toMatchObject([{ type: "pong", rooms: [] }]);
    expect(get).not.toHaveBeenCalled();
  });

  it("takes the lease along, so that a heartbeat writes once in half a lease", async () => {
    const kit = startHandler();
    const ada = await arrive(kit, "conn-1");
    const touch = vi.spyOn(kit.store, "touch");
    const get = vi.spyOn(kit.store, "get");
    const beats = 12;
    for (let beat = 0; beat < beats; beat++) {
      kit.clock.advance(25_000); // The lease is 75 seconds.
      expect(await ada.say(kit.handler, ping("lobby"))).toMatchObject([{ type: "pong" }]);
    }
    expect(touch).toHaveBeenCalledTimes(beats / 2);
    expect(get).not.toHaveBeenCalled();
    expect(await kit.handler.hub.online("lobby")).toBe(1);
  });

  it("counts no longer for a change that asked the store for nothing", async () => {
    const kit = startHandler();
    const handler = kit.instance({ stateTtlMs: 30_000 });
    const ada = await arrive(kit, "conn-1", [], handler);
    const get = vi.spyOn(kit.store, "get");
    kit.clock.advance(20_000);
    await ada.say(handler, { type: "leave", room: "lobby" }, { type: "join", room: "attic" });
    expect(get).not.toHaveBeenCalled();
    kit.clock.advance(10_000);
    await ada.say(handler, { type: "who", room: "attic" });
    expect(get).toHaveBeenCalledTimes(1);
  });

  it("is not written for who has none and gets none", async () => {
    const kit = startHandler();
    const nobody = connectionOf(kit, "conn-1");
    expect(await nobody.say(kit.handler, ping())).toMatchObject([{ type: "error" }]);
    expect(nobody.state).toBeUndefined();
  });

  it("ends with the lease: who was swept away has to come back", async () => {
    const kit = startHandler();
    const ada = await arrive(kit, "conn-1");
    kit.clock.advance(40_000);
    await kit.store.close("conn-1"); // As somebody's fan-out does with an expired row.
    expect(await ada.say(kit.handler, ping("lobby"))).toMatchObject([{ type: "pong" }]);
    expect(ada.state).toBe("-"); // The renewal of the lease found nobody.
    expect(await ada.say(kit.handler, ping("lobby"))).toMatchObject([{ code: "hello_required" }]);
  });

  it("is not written for a renewal that failed", async () => {
    const kit = startHandler();
    const ada = await arrive(kit, "conn-1");
    const { state } = ada;
    kit.clock.advance(40_000);
    const touch = vi.spyOn(kit.store, "touch").mockRejectedValueOnce(new Error("down"));
    await ada.say(kit.handler, ping("lobby"));
    expect(ada.state).toBe(state);
    await ada.say(kit.handler, ping("lobby"));
    expect(touch).toHaveBeenCalledTimes(2);
    expect(ada.state).not.toBe(state);
  });

  it.each([
    ["of another connection", async (kit: Kit) => (await arrive(kit, "conn-2")).state],
    ["made by a client", async () => Buffer.from('{"userId":"admin"}').toString("base64")],
    ["that says nothing", async () => "-"],
    ["that was lost", async () => undefined],
  ])("gives way to the store, if there is one %s", async (_what, other) => {
    const kit = startHandler();
    const ada = await arrive(kit, "conn-1");
    const mine = ada.state;
    ada.state = await other(kit);
    const get = vi.spyOn(kit.store, "get");
    expect(await ada.say(kit.handler, ping("lobby"))).toMatchObject([
      { type: "pong", rooms: [{ room: "lobby", joined: true }] },
    ]);
    expect(get).toHaveBeenCalledWith("conn-1");
    expect(ada.state).toBe(mine);
  });

  it("of before a join whose answer was lost throws nobody out, and loses nothing", async () => {
    const kit = startHandler();
    const ada = await arrive(kit, "conn-1", ["attic"]);
    const before = ada.state;
    const { epoch } = await kit.handler.hub.history("lobby");
    await ada.say(kit.handler, { type: "join", room: "lobby" });
    const after = ada.state;
    ada.state = before;
    const [ack, pong] = await ada.say(kit.handler, publish("m1", 0, epoch), ping("lobby", "attic"));
    expect(ack).toMatchObject({ type: "ack", seq: 1 });
    expect(pong?.rooms).toMatchObject([{ joined: true }, { joined: true }]);
    expect(ada.state).toBe(after);
  });

  it("of before a leave whose answer was lost lets the client leave again", async () => {
    const kit = startHandler();
    const ada = await arrive(kit, "conn-1");
    const before = ada.state;
    await ada.say(kit.handler, { type: "leave", room: "lobby" });
    ada.state = before;
    expect(await ada.say(kit.handler, ping())).toMatchObject([{ type: "pong", others: ["lobby"] }]);
    await ada.say(kit.handler, { type: "leave", room: "lobby" });
    expect(await ada.say(kit.handler, ping("lobby"))).toMatchObject([
      { rooms: [{ room: "lobby", joined: false }] },
    ]);
  });

  it("gives a user who was kicked no right: the connection is closed", async () => {
    const kit = startHandler(createChat({ authenticate: () => ({ userId: "ada" }) }));
    await arrive(kit, "conn-1");
    await kit.handler.hub.kick("ada", { room: "lobby" });
    expect(kit.calls.at(-1)).toEqual(["close", "conn-1", 1012, "kicked"]);
    await kit.handler.hub.kick("ada");
    expect(kit.calls.at(-1)).toEqual(["close", "conn-1", 4403, "kicked"]);
  });

  it("serves plain clients as well", async () => {
    const kit = startHandler(createChat({ plain }));
    const connection = connectionOf(kit, "conn-1");
    const body = connectBody({ subprotocols: [] });
    await connection.send(kit.handler, { name: "connect", body });
    const get = vi.spyOn(kit.store, "get");
    await connection.send(kit.handler, { body: "hi" });
    expect(get).not.toHaveBeenCalled();
    kit.clock.advance(300_000);
    await connection.send(kit.handler, { body: "hi" });
    expect(get).toHaveBeenCalledTimes(1);
  });
});

type Kit = ReturnType<typeof startHandler>;
