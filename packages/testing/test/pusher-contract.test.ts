import type { Pusher } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { pusherContract } from "../src/pusher-contract.ts";
import { createFakePusher } from "./fake-pusher.ts";
import { firstFailure } from "./first-failure.ts";

describe("a pusher with groups", () => {
  pusherContract({ createPusher: () => createFakePusher(40_000), maxBytes: 40_000 });
});

describe("a pusher without groups, to a platform that reports no gone connection", () => {
  pusherContract({
    reportsGone: false,
    createPusher() {
      const { pusher, connect } = createFakePusher(40_000);
      const send: typeof pusher.send = async (id, text) => {
        const result = await pusher.send(id, text);
        return result === "gone" ? "sent" : result;
      };
      return { pusher: { send, close: pusher.close }, connect };
    },
  });
});

const brokenPushers: Record<string, (pusher: Pusher) => Partial<Pusher>> = {
  "nothing arrives": () => ({ send: async () => "sent" }),
  "texts are trimmed": ({ send }) => ({ send: (id, text) => send(id, text.trim()) }),
  "texts arrive twice": ({ send }) => ({
    send: async (id, text) => {
      await send(id, text);
      return send(id, text);
    },
  }),
  "a gone connection is an error": ({ send }) => ({
    send: async (id, text) => {
      const result = await send(id, text);
      if (result === "gone") throw new Error("410");
      return result;
    },
  }),
  "close rejects for an unknown id": ({ send, close }) => ({
    close: async (id, code, reason) => {
      if ((await send(id, "")) === "gone") throw new Error("410");
      return close(id, code, reason);
    },
  }),
  "close closes nothing": () => ({ close: async () => undefined }),
  "exceptions get the broadcast": ({ groups }) => ({
    ...(groups && {
      groups: { ...groups, broadcast: (group, text) => groups.broadcast(group, text) },
    }),
  }),
  "leave leaves nothing": ({ groups }) => ({
    ...(groups && { groups: { ...groups, leave: async () => undefined } }),
  }),
  "groups share members": ({ groups }) => ({
    ...(groups && {
      groups: {
        join: (group, id) => groups.join(group.toLowerCase(), id),
        leave: (group, id) => groups.leave(group.toLowerCase(), id),
        broadcast: (group, ...rest) => groups.broadcast(group.toLowerCase(), ...rest),
      },
    }),
  }),
};

describe("pusherContract", { timeout: 20_000 }, () => {
  it.each(Object.keys(brokenPushers))("fails when %s", async (name) => {
    const createPusher = () => {
      const { pusher, connect } = createFakePusher(40_000);
      return { pusher: { ...pusher, ...brokenPushers[name]?.(pusher) }, connect };
    };
    const failure = await firstFailure((define) =>
      pusherContract({ createPusher, maxBytes: 40_000 }, define),
    );
    expect(failure).toBeDefined();
  });
});
