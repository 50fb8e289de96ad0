import { describe, expect, it } from "vitest";
import type { AppendResult, RoomLog } from "../src/index.ts";
import { createChat } from "./chats.ts";
import { createRig } from "./rig.ts";

const state = { epoch: "e", oldest: 1, head: 400 };

/** A hub whose log refuses the first appends. */
function start(status: "behind" | "undecided" | "reset" | "mid-conflict", times: number) {
  const positions: unknown[] = [];
  const log: RoomLog = {
    async append(_room, _entry, position): Promise<AppendResult> {
      positions.push(position);
      if (positions.length > times) return { status: "appended", seq: 401, ...state, head: 401 };
      return status === "mid-conflict" ? { status, seq: 7, ...state } : { status, ...state };
    },
    read: async () => ({ ...state, entries: [] }),
    head: async () => state,
  };
  const { hub } = createRig(createChat(), { log });
  return { positions, publish: () => hub.publish("lobby", "say", { text: "hi" }, { mid: "job" }) };
}

describe("hub.publish with a mid", () => {
  it.each(["behind", "undecided", "reset"] as const)(
    "tries five times where its position is %s by then",
    async (status) => {
      const lucky = start(status, 4);
      expect(await lucky.publish()).toMatchObject({ seq: 401, dup: false });
      expect(lucky.positions).toEqual(Array(5).fill({ epoch: "e", after: 144 }));
      const unlucky = start(status, 5);
      const code = status === "behind" ? "sync_required" : "undecided";
      await expect(unlucky.publish()).rejects.toMatchObject({ code });
      expect(unlucky.positions).toHaveLength(5);
    },
  );

  it("does not repeat what is a conflict", async () => {
    const { publish, positions } = start("mid-conflict", 1);
    await expect(publish()).rejects.toMatchObject({ code: "mid_conflict" });
    expect(positions).toHaveLength(1);
  });
});

describe("hub.members", () => {
  it("reads page after page, and names those who have a name", async () => {
    const authenticate = ({ token = "" }) =>
      token === "ada" ? { userId: "ada", name: "Ada" } : { userId: token };
    const rig = createRig(createChat({ authenticate, presence: false }));
    await rig.enter("ada", "lobby");
    for (let n = 1; n <= 1001; n++) await rig.enter(`u${n}`, "lobby");
    const members = await rig.hub.members("lobby");
    expect(members).toHaveLength(1002);
    expect(members.slice(0, 2)).toStrictEqual([{ id: "ada", name: "Ada" }, { id: "u1" }]);
  });
});

describe("a server's own calls", () => {
  it("work when taken off the hub, and read a room's history", async () => {
    const { hub } = createRig(createChat());
    const { history, publish } = hub;
    await publish("lobby", "say", { text: "hi" });
    const found = await history("lobby");
    expect(found).toMatchObject({ room: "lobby", head: 1, more: false });
    expect(found).not.toHaveProperty("type");
    expect(found.messages).toMatchObject([{ seq: 1, data: { text: "hi" } }]);
  });
});
