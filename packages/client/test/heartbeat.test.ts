import { describe, expect, it } from "vitest";
import { setUpRoom, texts } from "./setup.ts";

describe("the heartbeat", () => {
  it("pings with positions, first after a random part, then within 10 %", async () => {
    const setup = await setUpRoom();
    const { server, clock } = setup;
    setup.chance = 0.5;
    server.last.drop();
    await clock.advance(500);
    const pings = () => server.last.messages.flat().filter(({ type }) => type === "ping");
    await clock.advance(12_000);
    expect(pings()).toHaveLength(0);
    await clock.advance(600);
    const position = { room: "lobby", epoch: "e1", seq: 0, presence: "" };
    expect(pings()[0]).toEqual({ type: "ping", rooms: [position] });
    await clock.advance(24_600);
    expect(pings()).toHaveLength(1);
    await clock.advance(200);
    expect(pings()).toHaveLength(2);
    expect(pings()[1]?.rooms).toMatchObject([{ presence: "v1" }]);
  });

  it("learns who is online although no push of it ever came", async () => {
    const { server, clock, room } = await setUpRoom();
    await clock.advance(25_000);
    expect(room.presence).toMatchObject({ online: 1, version: "v1" });
    await clock.advance(60_000);
    expect(server.sent("who")).toHaveLength(1);
  });

  it("takes any frame for life", async () => {
    const { server, clock } = await setUpRoom();
    server.intercept = ({ type }) => type === "ping";
    for (let second = 0; second < 120; second += 5) {
      await clock.advance(5000);
      server.say("lobby", `${second}`);
    }
    expect(server.sockets).toHaveLength(1);
  });

  it("drops a connection on which nothing comes for 10 s after a ping, and opens another", async () => {
    const { server, clock, client } = await setUpRoom();
    server.intercept = ({ type }) => type === "ping";
    while (!server.sent("ping").length) await clock.advance(100);
    await clock.advance(9800);
    expect(client.state).toBe("open");
    await clock.advance(200);
    expect(client.state).toBe("resuming");
    expect(server.sockets[0]?.closedWith).toBe("closed");
    await clock.advance(500);
    expect(client.state).toBe("open");
  });

  it("pings again on waking instead of giving up", async () => {
    const { server, clock } = await setUpRoom();
    server.intercept = ({ type }) => type === "ping";
    while (!server.sent("ping").length) await clock.advance(100);
    server.intercept = () => false;
    clock.sleep(3_600_000);
    await clock.advance(1000);
    expect(server.sockets).toHaveLength(1);
    expect(server.sent("ping").length).toBeGreaterThan(1);
  });

  it("asks for the presence when its version is another", async () => {
    const { server, clock, room } = await setUpRoom();
    await clock.advance(25_000);
    expect(room.presence).toEqual({ online: 1, members: [{ id: "ann" }], version: "v1" });
    const asked = server.sent("who").length;
    await clock.advance(60_000);
    expect(server.sent("who")).toHaveLength(asked);
  });

  it("joins again a room that the server does not hold", async () => {
    const { server, clock, messages } = await setUpRoom();
    server.joined.get(server.last)?.delete("lobby");
    server.say("lobby", "unheard");
    await clock.advance(28_000);
    expect(server.sent("join")).toHaveLength(2);
    expect(texts(messages)).toEqual(["unheard"]);
  });
});
