import { defineChat, RejectedError } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createTestBed } from "../src/index.ts";

const left: string[] = [];
const chat = defineChat({
  events: {
    say: { data: z.object({ text: z.string() }) },
    typing: { data: z.object({ on: z.boolean() }), ephemeral: true },
    rename: { data: z.object({ title: z.string() }), reply: z.object({ ok: z.boolean() }) },
  },
  authenticate({ token }) {
    if (!token) throw new RejectedError("no_token");
    return { userId: token, name: token.toUpperCase() };
  },
  on: { rename: ({ data }) => ({ ok: data.title !== "" }) },
  left: ({ user, room, why }) => void left.push(`${user.userId} ${room} ${why}`),
  plain: {
    room: "lobby",
    receive: (text) => ({ event: "say", data: { text } }),
    render: ({ data }, { online }) => `${(data as { text: string }).text} (${online})`,
  },
});

describe("createTestBed", () => {
  it("lets two users chat", async () => {
    const bed = createTestBed(chat);
    const ada = await bed.connect({ token: "ada" });
    const bob = await bed.connect({ token: "bob" });
    await ada.join("lobby");
    await bob.join("lobby");
    const ack = await ada.publish("lobby", "say", { text: "hi" });
    expect(ack).toMatchObject({ seq: 1, dup: false });
    expect(bob.messages("lobby")).toMatchObject([
      { seq: 1, event: "say", data: { text: "hi" }, from: { id: "ada", name: "ADA" } },
    ]);
    expect(ada.messages("lobby")).toEqual([]);
    await ada.signal("lobby", "typing", { on: true });
    expect(bob.signals("lobby")).toMatchObject([{ event: "typing", data: { on: true } }]);
    expect(await ada.request("lobby", "rename", { title: "" })).toEqual({ ok: false });
    expect(ada.user).toEqual({ id: "ada", name: "ADA" });
    expect((await bob.history("lobby")).messages).toHaveLength(1);
    await bed.advance(1000);
    expect(bob.presence("lobby")).toMatchObject({ online: 2 });
    expect(await bed.hub.online("lobby")).toBe(2);
    expect(bed.problems).toEqual([]);
  });

  it("rejects with the server's code", async () => {
    const bed = createTestBed(chat);
    await expect(bed.connect()).rejects.toMatchObject({ code: "unauthenticated" });
    const ada = await bed.connect({ token: "ada" });
    await expect(ada.publish("attic", "say", { text: "hi" })).rejects.toMatchObject({
      code: "not_joined",
    });
  });

  it("keeps users alive for hours, and ends the lease of one who vanished", async () => {
    const bed = createTestBed(chat);
    const ada = await bed.connect({ token: "ada" });
    const bob = await bed.connect({ token: "bob" });
    await ada.join("lobby");
    await bob.join("lobby");
    await bed.advance(3 * 60 * 60 * 1000);
    expect(await bed.hub.online("lobby")).toBe(2);
    left.length = 0;
    bob.vanish({ pushes: "sent" });
    await bed.advance(2 * 60 * 1000);
    expect(await bed.hub.online("lobby")).toBe(1);
    await bed.advance(2000);
    expect(left).toEqual(["bob lobby expired"]);
    expect(ada.presence("lobby")).toMatchObject({ online: 1 });
  });

  it("serves plain clients, who are never sent what they said", async () => {
    const bed = createTestBed(chat);
    const ada = await bed.connect({ token: "ada", plain: true });
    const bob = await bed.connect({ token: "bob", plain: true });
    await ada.send("hi");
    expect(bob.texts).toEqual(["hi (2)"]);
    expect(ada.texts).toEqual([]);
    await bob.disconnect();
    const eve = await bed.connect({ token: "eve", plain: true });
    await ada.send("you");
    expect(eve.texts).toEqual(["you (2)"]);
  });

  it("counts backend requests", async () => {
    const bed = createTestBed(chat);
    const ada = await bed.connect({ token: "ada" });
    expect(bed.requests).toMatchObject({ read: 1, write: 1 });
    bed.resetRequests();
    await ada.join("@ada");
    expect(bed.requests).toMatchObject({ read: 2, write: 2, push: 0, list: 0 });
  });

  it("lends its clock to a chat that needs one", async () => {
    const bed = createTestBed((clock) =>
      defineChat({
        events: { say: { data: z.object({ text: z.string() }) } },
        on: { say: () => ({ text: new Date(clock.now()).toISOString() }) },
      }),
    );
    const ada = await bed.connect();
    await ada.join("lobby");
    await bed.advance(1000);
    const { data } = await ada.publish("lobby", "say", { text: "" });
    expect(data).toEqual({ text: "2026-01-01T00:00:01.000Z" });
  });

  it("is the same for the same seed", async () => {
    const run = async () => {
      const bed = createTestBed(chat, { seed: 7 });
      const ada = await bed.connect({ token: "ada" });
      await ada.join("lobby");
      await ada.publish("lobby", "say", { text: "hi" });
      return ada.inbox;
    };
    expect(await run()).toEqual(await run());
  });
});
