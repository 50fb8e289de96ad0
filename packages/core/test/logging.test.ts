import { describe, expect, it } from "vitest";
import type { Schema } from "../src/index.ts";
import { type Changes, createChat, say } from "./chats.ts";
import { createRig, type Rig, type RigOptions } from "./rig.ts";

type AnyRig = Rig<Record<string, never>>;

interface Case {
  changes?: Changes;
  options?: RigOptions;
  act(rig: Omit<AnyRig, "hub"> & { hub: Rig<never>["hub"] }, epoch: string): Promise<unknown>;
  /** Details beside the error; the error is what is missing where it could quote a secret. */
  details?: object;
}

const broken = new Error("broken");
const fail = () => {
  throw broken;
};
const plain = { room: "lobby", receive: () => undefined, render: () => "text" };
const hi = (epoch: string, mid = "m1") => say("lobby", "hi", mid, { epoch, after: 0 });
const request = { type: "publish", room: "lobby", event: "rename", data: { title: "a" }, mid: "m" };
const error = broken;
const room = "lobby";

/** What goes wrong where nobody but the log is told. */
const cases: Record<string, Case> = {
  "a store that throws": {
    async act({ faults, send }) {
      faults.fail("store.leave", "before", broken);
      const { frames } = await send("ada", { type: "leave", room });
      expect(frames).toMatchObject([{ code: "internal" }]);
    },
  },
  "a log that does not answer": {
    async act({ faults, send }) {
      faults.fail("log.head", "before");
      const { frames } = await send("ada", { type: "history", room });
      expect(frames).toMatchObject([{ code: "unavailable", retryAfterMs: 1000 }]);
    },
    details: { error: expect.objectContaining({ code: "unavailable" }) },
  },
  "an authenticate that throws": {
    changes: { authenticate: ({ token = "" }) => (token === "eve" ? fail() : { userId: token }) },
    async act({ send }) {
      const { frames } = await send("eve", { type: "hello", token: "eve" });
      expect(frames).toMatchObject([{ code: "unauthenticated" }]);
    },
    details: { name: "Error" },
  },
  "an authenticate that answers a user without an id": {
    changes: { authenticate: ({ token = "" }) => ({ userId: token === "eve" ? "" : token }) },
    async act({ send }) {
      const { frames } = await send("eve", { type: "hello", token: "eve" });
      expect(frames).toMatchObject([{ code: "unauthenticated" }]);
    },
    details: {},
  },
  "an authorize that throws": {
    changes: { authorize: ({ action }) => (action === "history" ? fail() : true) },
    async act({ send }) {
      const { frames } = await send("ada", { type: "history", room });
      expect(frames).toMatchObject([{ code: "internal" }]);
    },
  },
  "a handler that throws": {
    changes: { on: { say: fail } },
    async act({ send }, epoch) {
      expect((await send("ada", hi(epoch))).frames).toMatchObject([{ code: "internal" }]);
    },
  },
  "a handler that answers no JSON": {
    changes: { on: { say: () => ({ text: 1n }) as never } },
    async act({ send }, epoch) {
      expect((await send("ada", hi(epoch))).frames).toMatchObject([{ code: "internal" }]);
    },
    details: { error: expect.objectContaining({ code: "internal" }) },
  },
  "a reply that is none": {
    changes: { on: { rename: () => ({ ok: "yes" }) as never } },
    async act({ send }) {
      expect((await send("ada", request)).frames).toMatchObject([{ code: "internal" }]);
    },
    details: { error: expect.objectContaining({ code: "bad_data" }) },
  },
  "a published hook that throws": {
    changes: { published: fail },
    async act({ send }, epoch) {
      const { frames, done } = await send("ada", hi(epoch));
      expect(frames).toMatchObject([{ type: "ack" }]);
      await done;
    },
  },
  "a lease that can't be renewed": {
    async act({ faults, send, clock }) {
      await clock.advance(60_000);
      faults.fail("store.touch", "before", broken);
      const { frames, done } = await send("ada", { type: "ping" });
      expect(frames).toMatchObject([{ type: "pong" }]);
      await done;
    },
  },
  "a push that fails": {
    async act({ gateway, hub }) {
      gateway.answer = fail;
      expect(await hub.publish(room, "say" as never, { text: "a" } as never)).toMatchObject({
        report: { failed: 1 },
      });
    },
  },
  "a kick that can't be told": {
    async act({ gateway, hub }) {
      gateway.answer = fail;
      expect(await hub.kick("ada", { room })).toBe(1);
    },
  },
  "members that can't be read": {
    async act({ faults, hub }) {
      faults.fail("store.members", "before", broken);
      expect(await hub.publish(room, "say" as never, { text: "a" } as never)).toMatchObject({
        report: { sent: 0, deferred: true },
      });
    },
  },
  "a broadcast that fails": {
    options: { groups: true },
    async act({ faults, hub }) {
      faults.fail("groups.broadcast", "before", broken);
      expect(await hub.publish(room, "say" as never, { text: "a" } as never)).toMatchObject({
        report: { sent: 0, failed: 1 },
      });
    },
    details: { room, error },
  },
  "a queue that does not answer": {
    async act({ faults, sendRaw, clock, run }, epoch) {
      faults.fail("queue.enqueue", "before", broken);
      const { done } = await sendRaw("ada", JSON.stringify(hi(epoch)), clock.now());
      expect(await run(done)).toMatchObject([{ seq: 1, deferred: true }]);
    },
    details: { room, error },
  },
  "a render that throws": {
    changes: { plain: { ...plain, render: fail } },
    async act({ hub, gateway }) {
      await hub.publish(room, "say" as never, { text: "a" } as never);
      expect(gateway.pushed("ada", "message")).toHaveLength(1);
    },
    details: { room, error },
  },
  "a renderError that throws": {
    changes: { plain: { ...plain, renderError: fail } },
    async act({ hub, sendRaw }) {
      await hub.register({ connectionId: "p", query: { token: "pia" } });
      expect((await sendRaw("p", new Uint8Array(1))).texts).toEqual([]);
    },
  },
  "a room function of plain clients that throws": {
    changes: { plain: { ...plain, room: fail } },
    async act({ hub }) {
      const result = await hub.register({ connectionId: "p", query: { token: "pia" } });
      expect(result).toMatchObject({ accepted: false, status: 503, code: "unavailable" });
    },
  },
};

async function play({ changes, options, act }: Case, more: RigOptions = {}) {
  const rig = createRig(createChat({ presence: false, ...changes }), { ...options, ...more });
  const { frames } = await rig.enter("ada", room);
  await act(rig as never, String(frames[1]?.epoch));
  return rig.problems;
}

describe("the log is told of", () => {
  it.each(Object.entries(cases))("%s, once", async (_, one) => {
    const problems = await play(one);
    expect(problems.map(({ details }) => details)).toEqual([one.details ?? { error }]);
  });

  it.each(Object.entries(cases))("%s, and nothing else changes without one", async (_, one) => {
    expect(await play(one, { logger: undefined })).toEqual([]);
  });

  it("a schema that throws", async () => {
    const validate = fail as unknown as Schema<{ text: string }>["~standard"]["validate"];
    const { definition } = createChat();
    const say = { data: { "~standard": { version: 1, vendor: "test", validate } } as never };
    const chat = createChat();
    const events = { ...definition.events, say };
    for (const options of [{}, { logger: undefined }]) {
      const rig = createRig({ ...chat, definition: { ...definition, events } }, options);
      const { frames } = await rig.enter("ada", room);
      const answer = await rig.send("ada", hi(String(frames[1]?.epoch)));
      expect(answer.frames).toMatchObject([{ code: "internal" }]);
      const details = rig.problems.map((problem) => problem.details);
      expect(details).toEqual("logger" in options ? [] : [{ error }]);
    }
  });
});
