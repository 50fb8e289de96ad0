import { describe, expect, it, vi } from "vitest";
import type { Connection } from "../src/index.ts";
import { createChat } from "./chats.ts";
import { type AnyFrame, createRig } from "./rig.ts";

describe("a connection that the gateway carries", () => {
  async function setUp() {
    const rig = createRig(createChat(), { carriesConnections: true });
    await rig.enter("ada", "lobby");
    const current = await rig.options.store.get("ada");
    if (!current) throw new Error("ada is not there");
    const behind: Connection = { ...current, rooms: [] };
    const tell = async (frame: object, connection = behind) => {
      const data = JSON.stringify(frame);
      const result = await rig.hub.transport({ connectionId: "ada", data, connection });
      const [reply = "{}"] = result.replies;
      return { ...result, frame: JSON.parse(reply) as AnyFrame };
    };
    const { epoch } = await rig.hub.history("lobby");
    const reads = vi.spyOn(rig.options.store, "get");
    return { ...rig, tell, current, epoch, reads };
  }

  it.each([
    ["publish", { event: "say", data: { text: "hi" }, mid: "m1", after: 0 }, "ack"],
    ["history", {}, "history"],
    ["who", {}, "presence"],
    ["signal", { event: "typing", data: { on: true } }, undefined], // Answered only if it is refused.
  ])("is looked up for a %s to a room that it lacks", async (type, fields, answer) => {
    const { tell, epoch, current, reads } = await setUp();
    const at = type === "publish" ? { epoch } : {};
    const { frame, connection } = await tell({ type, room: "lobby", ...fields, ...at });
    expect(frame.type).toBe(answer);
    expect(connection).toEqual(current);
    expect(reads).toHaveBeenCalledTimes(1);
  });

  it("is looked up once for all frames of a message", async () => {
    const { tell, reads } = await setUp();
    const who = { type: "who", room: "attic" };
    await tell([who, who]);
    expect(reads).toHaveBeenCalledTimes(1);
  });

  it("is looked up once for a ping that names more rooms, and throws nobody out", async () => {
    const { tell, epoch, reads } = await setUp();
    const rooms = ["lobby", "attic"].map((room) => ({ room, epoch, seq: 0, presence: "" }));
    const { frame } = await tell({ type: "ping", rooms });
    expect(frame.rooms).toEqual([
      expect.objectContaining({ room: "lobby", joined: true }),
      { room: "attic", joined: false },
    ]);
    expect(reads).toHaveBeenCalledTimes(1);
  });

  it("is not looked up for what it has, for a join, nor for somebody's inbox", async () => {
    const { tell, current, epoch, reads } = await setUp();
    await tell({ type: "ping", rooms: [{ room: "lobby", epoch, seq: 0, presence: "" }] }, current);
    await tell({ type: "signal", room: "@bob", event: "typing", data: { on: true } });
    const { frame, connection } = await tell({ type: "join", room: "lobby" });
    expect([frame.type, connection?.rooms]).toEqual(["joined", ["lobby"]]);
    expect(reads).not.toHaveBeenCalled();
  });

  it("that is closed in the store has to say hello", async () => {
    const { tell, options } = await setUp();
    await options.store.close("ada");
    const { frame, connection } = await tell({ type: "history", room: "lobby" });
    expect(frame).toMatchObject({ type: "error", code: "hello_required" });
    expect(connection).toBeUndefined();
  });

  it("is closed by a kick from one room: it would still have the room", async () => {
    const { hub, run, gateway } = await setUp();
    await run(hub.kick("ada", { room: "lobby", reason: "spam" }));
    expect(gateway.received("ada").closed).toEqual({ code: 1012, reason: "spam" });
    expect(gateway.pushed("ada", "error")).toMatchObject([{ code: "kicked", room: "lobby" }]);
  });

  it("is all that a kick from one room closes", async () => {
    const { enter, hub, run, gateway } = createRig(createChat());
    await enter("ada", "lobby");
    await run(hub.kick("ada", { room: "lobby" }));
    expect(gateway.received("ada").closed).toBeUndefined();
  });
});
