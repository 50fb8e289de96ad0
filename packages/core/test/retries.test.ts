import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createTestBed } from "../../testing/src/index.ts";
import { createHub, defineChat, RejectedError, UnavailableError } from "../src/index.ts";
import {
  createMemoryConnectionStore,
  createMemoryPusher,
  createMemoryRoomLog,
} from "../src/memory.ts";

const events = { say: { data: z.object({ text: z.string() }) } } as const;
const authenticate = ({ token = "" }) => ({ userId: token });

/** A chat whose users may say one thing in ten seconds: a retry looks like a second one. */
function slowChat() {
  const last = new Map<string, string | undefined>();
  return defineChat({
    events,
    authenticate,
    on: {
      say({ user, data }) {
        if (last.has(user.userId)) throw new RejectedError("slow_down");
        last.set(user.userId, data.text);
      },
    },
  });
}

describe("a retry that the application refuses by now", () => {
  it("is acked with the seq of its first try", async () => {
    const bed = createTestBed(slowChat());
    const ada = await bed.connect({ token: "ada" });
    const { epoch } = await ada.join("lobby");
    await ada.publish("lobby", "say", { text: "hi" }, { mid: "m1" });
    const frame = { type: "publish", room: "lobby", event: "say", data: { text: "hi" }, mid: "m1" };
    const retry = await ada.send(JSON.stringify({ ...frame, epoch, after: 0 }));
    expect(retry).toMatchObject([{ type: "ack", mid: "m1", seq: 1, dup: true }]);
    const { messages } = await ada.history("lobby");
    expect(messages).toHaveLength(1);
  });

  it("is refused if it is another message, or somebody else's", async () => {
    const bed = createTestBed(slowChat());
    const ada = await bed.connect({ token: "ada" });
    const { epoch } = await ada.join("lobby");
    await ada.publish("lobby", "say", { text: "hi" }, { mid: "m1" });
    const frame = { type: "publish", room: "lobby", event: "say", epoch, after: 0 };
    for (const other of [
      { mid: "m1", data: { text: "other" } },
      { mid: "m2", data: { text: "hi" } },
    ]) {
      const answer = await ada.send(JSON.stringify({ ...frame, ...other }));
      expect(answer).toMatchObject([{ code: "rejected", reason: "slow_down" }]);
    }
  });
});

describe("hello", () => {
  it("is welcomed when the answer to its first try was lost", async () => {
    const clock = { now: () => 0, sleep: async () => {} };
    const store = createMemoryConnectionStore({ clock });
    let lost = false;
    const hub = createHub(defineChat({ events, authenticate }), {
      clock,
      random: () => 0,
      id: () => "id",
      log: createMemoryRoomLog({ clock, random: () => 0, id: () => "id" }),
      pusher: createMemoryPusher(),
      store: {
        ...store,
        async open(connection) {
          const opened = await store.open(connection);
          if (!lost) {
            lost = true;
            throw new UnavailableError("the answer was lost");
          }
          return opened;
        },
      },
    });
    const data = JSON.stringify({ type: "hello", token: "ada" });
    const say = async () => (await hub.transport({ connectionId: "a", data })).replies.join();
    expect(await say()).toContain('"unavailable"');
    expect(await say()).toContain('"welcome"');
    expect(await say()).toContain('"already_welcomed"');
  });
});

describe("hub.publish with the mid of a stored message", () => {
  it("pushes nothing again", async () => {
    const bed = createTestBed(defineChat({ events, authenticate }));
    const ada = await bed.connect({ token: "ada" });
    await ada.join("lobby");
    const first = await bed.hub.publish("lobby", "say", { text: "hi" }, { mid: "m1" });
    expect(first).toMatchObject({ dup: false, report: { sent: 1 } });
    const again = await bed.hub.publish("lobby", "say", { text: "hi" }, { mid: "m1" });
    expect(again).toMatchObject({ seq: 1, dup: true, report: { sent: 0 } });
    expect(ada.messages("lobby")).toHaveLength(1);
  });
});
