import { describe, expect, it } from "vitest";
import { record, settle, setUp, setUpRoom, texts } from "./setup.ts";

describe("createClient", () => {
  it("says hello and joins in one message, and nothing before", async () => {
    const { client, server } = setUp({ token: "t", session: "0123456789abcdef" });
    client.join("lobby");
    client.join("attic", { last: 3 });
    await settle();
    expect(server.last.protocols).toEqual(["hubbub.v1"]);
    expect(server.last.messages[0]).toEqual([
      { type: "hello", token: "t", session: "0123456789abcdef" },
      { type: "join", id: ".1", room: "lobby" },
      { type: "join", id: ".2", room: "attic", last: 3 },
    ]);
    expect(client.state).toBe("open");
    expect(client.user).toEqual({ id: "ann" });
  });

  it("delivers in order, own messages too", async () => {
    const { server, room, messages } = await setUpRoom();
    server.say("lobby", "one");
    const ack = await room.publish("say", { text: "two" });
    server.say("lobby", "three");
    expect(texts(messages)).toEqual(["one", "two", "three"]);
    expect(messages.map(({ own }) => own)).toEqual([false, true, false]);
    expect(ack).toMatchObject({ epoch: "e1", seq: 2, dup: false });
    expect(room.position).toEqual({ epoch: "e1", seq: 3 });
  });
});

describe("the own inbox", () => {
  it("is joined once it is known who we are, and again after a break", async () => {
    const { client, server, clock } = setUp();
    const inbox = client.inbox({ last: 1 });
    expect(inbox.name).toBe("");
    await inbox.joined;
    expect(inbox.name).toBe("@ann");
    expect(client.inbox()).toBe(inbox);
    expect(client.join("@ann")).toBe(inbox);
    expect(server.sent("join")[0]).toMatchObject({ room: "@ann", last: 1 });
    server.last.drop();
    const messages = record(inbox);
    server.say("@ann", "psst");
    await clock.advance(500);
    expect(texts(messages)).toEqual(["psst"]);
    await inbox.leave();
    expect(client.inbox()).not.toBe(inbox);
  });

  it("is rejected when the client closes before", async () => {
    const { client } = setUp();
    const inbox = client.inbox();
    await client.close();
    await expect(inbox.joined).rejects.toMatchObject({ code: "closed" });
  });

  it("is no room without a name", () => {
    const { client } = setUp();
    expect(client.inbox()).not.toBe(client.join(""));
  });
});
