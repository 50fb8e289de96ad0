import { createTestBed } from "@hubbub/testing";
import { describe, expect, it } from "vitest";
import { createChat } from "../chat.ts";
import type { Person } from "../commands.ts";

const people = new Map<string, Person>([
  ["token-of-ada", { userId: "ada", name: "Ada", moderator: true }],
  ["token-of-bob", { userId: "bob", name: "Bob", moderator: false }],
  ["token-of-eve", { userId: "eve", name: "Eve", moderator: false }],
]);
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** The chat with people in its lobby; its clock stands still until `bed.advance`. */
async function lobby() {
  const findPerson = (token: string) => people.get(token);
  const bed = createTestBed(({ now }) => createChat({ now, random: () => 0.5, findPerson }));
  const ada = await bed.connect({ token: "token-of-ada" });
  const bob = await bed.connect({ token: "token-of-bob" });
  await ada.join("lobby");
  await bob.join("lobby");
  return { bed, ada, bob };
}

describe("people", () => {
  it("need a token", async () => {
    const { bed } = await lobby();
    await expect(bed.connect({ token: "guess" })).rejects.toMatchObject({
      code: "unauthenticated",
      details: { reason: "unknown_person" },
    });
  });

  it("read announcements, and only moderators write them", async () => {
    const { ada, bob } = await lobby();
    await ada.join("announcements");
    await bob.join("announcements");
    await expect(bob.publish("announcements", "say", { text: "me" })).rejects.toMatchObject({
      code: "forbidden",
    });
    await ada.publish("announcements", "say", { text: "new rules" });
    expect(bob.messages("announcements")).toMatchObject([{ data: { text: "new rules" } }]);
  });
});

describe("what is said", () => {
  it("is stored without rude words, and the sender is told", async () => {
    const { ada, bob } = await lobby();
    const ack = await bob.publish("lobby", "say", { text: "what the heck" });
    expect(ack).toMatchObject({ seq: 1, data: { text: "what the ****" } });
    expect(ada.messages("lobby")).toMatchObject([
      { data: { text: "what the ****" }, from: { id: "bob" } },
    ]);
  });

  it("is refused with a link, and reaches nobody", async () => {
    const { bed, ada, bob } = await lobby();
    await expect(
      bob.publish("lobby", "say", { text: "see http://spam.example" }),
    ).rejects.toMatchObject({ code: "rejected", details: { reason: "link" } });
    expect(ada.messages("lobby")).toEqual([]);
    expect((await bob.history("lobby")).head).toBe(0);
    expect(bed.problems).toEqual([]); // a veto is no fault
  });

  it("is all there for one who comes back", async () => {
    const { bed, ada, bob } = await lobby();
    await ada.publish("lobby", "say", { text: "one" });
    const { epoch, head: seq } = await bob.history("lobby");
    await bob.disconnect();
    for (const text of ["two", "three"]) await ada.publish("lobby", "say", { text });
    const again = await bed.connect({ token: "token-of-bob" });
    const joined = await again.join("lobby", { epoch, seq });
    expect(joined).toMatchObject({ recovered: true, more: false });
    expect(joined.messages.map(({ data }) => data)).toEqual([{ text: "two" }, { text: "three" }]);
  });

  it("costs one write and one list of members", async () => {
    const { bed, ada } = await lobby();
    await ada.publish("lobby", "say", { text: "warm up" });
    bed.resetRequests();
    await ada.publish("lobby", "say", { text: "hi" });
    expect(bed.requests).toEqual({ read: 1, write: 1, list: 1, push: 1, broadcast: 0, enqueue: 0 });
  });
});

describe("the bot", () => {
  it("answers to all", async () => {
    const { ada, bob } = await lobby();
    const text = "Ada rolls 2d6: 4 + 4 = 8";
    expect(await ada.request("lobby", "command", { text: "roll 2d6" })).toEqual({ text });
    for (const user of [ada, bob]) {
      expect(user.messages("lobby")).toMatchObject([{ data: { text }, from: { id: "bot" } }]);
    }
  });

  it("answers /help to the one who asked", async () => {
    const { ada, bob } = await lobby();
    const { text } = await bob.request("lobby", "command", { text: "help" });
    expect(text).toContain("/roll");
    for (const user of [ada, bob]) expect(user.messages("lobby")).toEqual([]);
  });

  it("says what it does not understand", async () => {
    const { bed, ada } = await lobby();
    for (const [text, reason] of [
      ["dance", "unknown_command"],
      ["roll 0d6", "usage"],
    ] as const) {
      await expect(ada.request("lobby", "command", { text })).rejects.toMatchObject({
        code: "rejected",
        details: { reason },
      });
      await bed.advance(10 * SECOND);
    }
  });

  it("takes one command per user and 10 seconds", async () => {
    const { bed, ada, bob } = await lobby();
    await ada.request("lobby", "command", { text: "roll 1d6" });
    await bed.advance(9 * SECOND);
    await expect(ada.request("lobby", "command", { text: "roll 1d6" })).rejects.toMatchObject({
      message: "the bot rests 1 s",
      details: { reason: "too_fast" },
    });
    await bob.request("lobby", "command", { text: "roll 1d6" });
    await bed.advance(SECOND);
    await ada.request("lobby", "command", { text: "roll 1d6" });
    expect(bob.messages("lobby")).toHaveLength(3);
  });

  it("kicks for moderators only", async () => {
    const { bed, ada, bob } = await lobby();
    await expect(bob.request("lobby", "command", { text: "kick ada" })).rejects.toMatchObject({
      details: { reason: "not_allowed" },
    });
    await ada.request("lobby", "command", { text: "kick bob" });
    expect(bob.received("error")).toContainEqual(
      expect.objectContaining({ code: "kicked", room: "lobby" }),
    );
    await expect(bob.publish("lobby", "say", { text: "why" })).rejects.toMatchObject({
      code: "not_joined",
    });
    expect(await bed.hub.members("lobby")).toEqual([{ id: "ada", name: "Ada" }]);
  });

  it("knows who vanished, though no server was told", async () => {
    const { bed, ada, bob } = await lobby();
    await bed.advance(MINUTE);
    bob.vanish({ pushes: "sent" }); // the cable is pulled, and the gateway takes every push for sent
    await bed.advance(SECOND);
    expect(await ada.request("lobby", "command", { text: "seen bob" })).toEqual({
      text: "bob is here",
    });
    await bed.advance(2 * MINUTE); // his lease ends after 75 s without a heartbeat
    expect(ada.presence("lobby")).toMatchObject({ online: 1 });
    await bed.advance(3 * 60 * MINUTE);
    const { text } = await ada.request("lobby", "command", { text: "seen bob" });
    expect(text).toMatch(/^bob was here 18[01] min ago$/);
  });
});
