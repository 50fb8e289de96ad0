import { describe, expect, it } from "vitest";
import { createEventPusher } from "../src/event-pusher.ts";

/** A pusher, and what gets through to the service. */
function setUp() {
  const calls: unknown[][] = [];
  const pusher = createEventPusher({
    async send(...call) {
      calls.push(["send", ...call]);
      return "sent";
    },
    close: async (...call) => void calls.push(["close", ...call]),
    groups: {
      join: async (...call) => void calls.push(["join", ...call]),
      leave: async (...call) => void calls.push(["leave", ...call]),
      async broadcast(...call) {
        calls.push(["broadcast", ...call]);
        return undefined;
      },
    },
  });
  return { pusher, calls };
}

describe("while a connection is being made", () => {
  it("its groups are collected, a push to it is for later, and others are as ever", async () => {
    const { pusher, calls } = setUp();
    const groups = await pusher.whileConnecting("a", async (collected) => {
      await pusher.groups?.join("lobby", "a");
      await pusher.groups?.join("attic", "a");
      await pusher.groups?.leave("attic", "a");
      expect(await pusher.send("a", "hi")).toBe("throttled");
      expect(await pusher.send("b", "hi")).toBe("sent");
      return collected;
    });
    expect([...groups]).toEqual(["lobby"]);
    expect(calls).toEqual([["send", "b", "hi"]]);
    expect(await pusher.send("a", "hi")).toBe("sent");
    await pusher.groups?.leave("lobby", "a");
    expect(calls.at(-1)).toEqual(["leave", "lobby", "a"]);
  });

  it("a second try shares its groups, and the end of one leaves the other none behind", async () => {
    const { pusher } = setUp();
    await pusher.whileConnecting("a", async (first) => {
      await pusher.whileConnecting("a", async (second) => expect(second).toBe(first));
    });
    expect(await pusher.send("a", "hi")).toBe("sent");
  });
});

describe("once a connection is gone", () => {
  it("it is neither closed nor taken out of groups, as long as one event of it is handled", async () => {
    const { pusher, calls } = setUp();
    const attempt = async () => {
      await pusher.close("a", 1000, "");
      await pusher.groups?.leave("lobby", "a");
    };
    await pusher.whileGone("a", async () => {
      await pusher.whileGone("a", attempt);
      await attempt();
      expect(calls).toEqual([]);
      await pusher.close("b", 1000, "");
    });
    expect(calls).toHaveLength(1);
    await expect(pusher.whileGone("a", () => Promise.reject(new Error("no")))).rejects.toThrow();
    await attempt();
    expect(calls).toHaveLength(3);
  });
});
