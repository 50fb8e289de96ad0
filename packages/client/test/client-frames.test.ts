import { describe, expect, it } from "vitest";
import { createFakeServer } from "./fake-server.ts";
import { record, settle, setUp, setUpRoom, texts } from "./setup.ts";

/** A room whose connection is replaced, while the old one still waits for an answer. */
async function setUpRetiring() {
  const setup = await setUpRoom();
  const { server, clock, room } = setup;
  const [old] = server.sockets;
  server.intercept = ({ type }) => type === "publish";
  void room.request("rename", {}).catch(() => {});
  await settle();
  old?.push({ type: "bye", code: 1012, reason: "", reconnect: true });
  await clock.advance(0);
  expect(server.sockets).toHaveLength(2);
  expect(old?.closedWith).toBeUndefined();
  return { ...setup, old };
}

describe("a bye", () => {
  it("is followed after a random part of its time", async () => {
    const setup = await setUpRoom();
    const { server, clock } = setup;
    setup.chance = 0.25;
    server.last.push({ type: "bye", code: 1012, reason: "", reconnect: true, afterMs: 8000 });
    await clock.advance(1999);
    expect(server.sockets).toHaveLength(1);
    await clock.advance(1);
    expect(server.sockets).toHaveLength(2);
  });

  it("of a connection that is replaced already opens no third one", async () => {
    const { server, clock, old } = await setUpRetiring();
    old?.push({ type: "bye", code: 1012, reason: "", reconnect: true });
    await clock.advance(1000);
    expect(server.sockets).toHaveLength(2);
  });

  it("that wants nobody back opens no other connection", async () => {
    const { client, server, clock } = await setUpRoom();
    server.last.push({ type: "bye", code: 4403, reason: "spam", reconnect: false });
    await clock.advance(1000);
    expect(server.sockets).toHaveLength(1);
    server.last.drop(1006);
    expect(await client.closed).toMatchObject({
      code: 1006,
      reason: "",
      error: { code: "connection_closed", message: "connection_closed" },
    });
  });
});

describe("a pong", () => {
  it("of a connection that is replaced already changes nothing", async () => {
    const { server, old } = await setUpRetiring();
    const joins = server.sent("join").length;
    old?.push({ type: "pong", ts: 1, rooms: [{ room: "lobby", joined: false }] });
    await settle();
    expect(server.sent("join")).toHaveLength(joins);
  });

  it("about a room that is left changes nothing", async () => {
    const { server } = await setUpRoom();
    server.last.push({ type: "pong", ts: 1, rooms: [{ room: "attic", joined: false }] });
    await settle();
    expect(server.sent("join")).toHaveLength(1);
  });
});

describe("a welcome", () => {
  it("names the own inbox in normalization form C", async () => {
    const server = createFakeServer();
    server.welcome.user = { id: "cafe\u0301" };
    const { client } = setUp({}, server);
    const inbox = client.inbox();
    await inbox.joined;
    expect(inbox.name).toBe("@caf\u00e9");
    expect(client.join("@cafe\u0301")).toBe(inbox);
    expect(client.inbox()).toBe(inbox);
    expect(server.sent("join")).toMatchObject([{ room: "@caf\u00e9" }]);
  });

  it("lets the own inbox be left before and after it has a name", async () => {
    const { client, server } = setUp();
    await client.inbox().leave();
    await settle();
    expect(server.sent("join")).toEqual([]);
    const inbox = client.inbox();
    await inbox.joined;
    expect(inbox.name).toBe("@ann");
  });

  it("allows one more new token for the next time", async () => {
    const { client, server, clock } = await setUpRoom({ token: () => "t" });
    for (let times = 1; times < 4; times++) {
      server.last.push({ type: "error", code: "token_expired", retryable: false });
      await clock.advance(500);
      expect(client.state).toBe("open");
      expect(server.sockets).toHaveLength(times + 1);
    }
  });
});

describe("a frame that no room waits for", () => {
  it("is ignored, unless it says that the connection is forgotten", async () => {
    const { server, room, messages } = await setUpRoom();
    const base = { type: "message", epoch: "e1", seq: 1, mid: "m", event: "say", ts: 1 };
    server.last.push({ ...base, room: "attic" });
    server.last.push({ type: "presence", room: "attic", online: 1, version: "v" });
    await settle();
    expect(messages).toEqual([]);
    expect(server.sent("hello")).toHaveLength(1);
    server.last.push({ type: "error", code: "hello_required", retryable: true });
    expect(room.state).toBe("joining");
    await settle();
    expect(room.state).toBe("joined");
    expect(server.sent("hello")).toHaveLength(2);
    expect(server.sockets).toHaveLength(1);
  });
});

describe("the positions in a ping", () => {
  it("are those of the rooms that are joined on the connection", async () => {
    const { client, server, clock } = await setUpRoom();
    const attic = client.join("attic");
    const messages = record(attic);
    await attic.joined;
    server.intercept = ({ type, room, id }, socket) => {
      if (type !== "join" || room !== "attic") return false;
      socket.push({ type: "error", code: "unavailable", retryable: true, retryAfterMs: 1e6, id });
      return true;
    };
    server.last.drop();
    await clock.advance(30_000);
    const rooms = server.last.messages.flat().filter(({ type }) => type === "ping")[0]?.rooms;
    expect(rooms).toMatchObject([{ room: "lobby", epoch: "e1", seq: 0 }]);
    server.intercept = () => false;
    server.say("attic", "missed");
    await clock.advance(1e6);
    expect(texts(messages)).toEqual(["missed"]);
  });
});
