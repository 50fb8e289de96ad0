import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createTestBed } from "../../testing/src/index.ts";
import { defineChat } from "../src/index.ts";

const events = { say: { data: z.object({ text: z.string() }) } } as const;

function start(fail = false) {
  const seen: unknown[] = [];
  const chat = defineChat({
    events,
    authenticate: ({ token = "" }) => ({ userId: token }),
    async published({ hub, room, data, user, ...rest }) {
      seen.push({ data, user, ...rest });
      if (fail) throw new Error("oops");
      await hub.publish(room, "say", { text: `heard ${data.text}` });
    },
  });
  return { bed: createTestBed(chat), seen };
}

describe("the hook published", () => {
  it("answers after the message it answers, once for all tries", async () => {
    const { bed, seen } = start();
    const ada = await bed.connect({ token: "ada" });
    const { epoch } = await ada.join("lobby");
    await ada.publish("lobby", "say", { text: "hi" }, { mid: "m1" });
    const again = { type: "publish", room: "lobby", event: "say", data: { text: "hi" } };
    await ada.send(JSON.stringify({ ...again, mid: "m1", epoch, after: 0 }));
    const { messages } = await ada.history("lobby");
    expect(messages.map(({ data }) => data)).toEqual([{ text: "hi" }, { text: "heard hi" }]);
    const user = { userId: "ada" };
    expect(seen).toEqual([{ data: { text: "hi" }, user, event: "say", mid: "m1", epoch, seq: 1 }]);
  });

  it("is not called for what the server publishes", async () => {
    const { bed, seen } = start();
    await bed.hub.publish("lobby", "say", { text: "hi" });
    expect(seen).toEqual([]);
  });

  it("harms nobody when it throws", async () => {
    const { bed } = start(true);
    const ada = await bed.connect({ token: "ada" });
    await ada.join("lobby");
    expect(await ada.publish("lobby", "say", { text: "hi" })).toMatchObject({ seq: 1 });
    expect(bed.problems).toMatchObject([{ level: "error" }]);
  });
});

describe("hub.history", () => {
  it("reads a room's log as the server", async () => {
    const { bed } = start();
    for (const text of ["a", "b", "c"]) await bed.hub.publish("lobby", "say", { text });
    const newest = await bed.hub.history("lobby", { limit: 2 });
    expect(newest).toMatchObject({ head: 3, oldest: 1, more: true });
    expect(newest.messages.map(({ seq }) => seq)).toEqual([2, 3]);
    const next = await bed.hub.history("lobby", { after: 1, limit: 1 });
    expect(next.messages.map(({ seq }) => seq)).toEqual([2]);
    const before = await bed.hub.history("lobby", { before: 2 });
    expect(before.messages.map(({ seq }) => seq)).toEqual([1]);
    await expect(bed.hub.history("lobby", { after: 9 })).rejects.toMatchObject({
      code: "undecided",
    });
    await expect(bed.hub.history("")).rejects.toMatchObject({ code: "bad_room" });
  });
});

describe("a deadline", () => {
  it("is not spent on presence", async () => {
    const { bed } = start();
    const ada = await bed.connect({ token: "ada" });
    await ada.join("lobby");
    await bed.settle();
    const now = bed.clock.now();
    await bed.hub.register({ connectionId: "b", subprotocols: ["hubbub.v1"] });
    const data = JSON.stringify([
      { type: "hello", token: "bob" },
      { type: "join", room: "lobby" },
    ]);
    const { done } = await bed.hub.transport({ connectionId: "b", data, deadlineAt: now + 500 });
    await done;
    expect(bed.clock.now()).toBe(now);
    await bed.advance(1100);
    expect(ada.presence("lobby")).toMatchObject({ online: 1 });
    expect(await bed.hub.online("lobby")).toBe(2);
  });
});

it("lets a server's own call resolve without the clock being moved", async () => {
  const { bed } = start();
  const ada = await bed.connect({ token: "ada" });
  const bob = await bed.connect({ token: "bob" });
  await ada.join("lobby");
  await bob.join("lobby");
  expect(await bed.hub.kick("bob")).toBe(1);
  expect(bob.closed).toMatchObject({ code: 4403 });
  await bed.advance(1000);
  expect(ada.presence("lobby")).toMatchObject({ online: 1 });
});
