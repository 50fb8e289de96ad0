import { describe, expect, it } from "vitest";
import { createFakeServer } from "./fake-server.ts";
import { setUp, setUpRoom, texts } from "./setup.ts";

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
    await clock.advanceUntil(() => server.sent("ping").length > 0);
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
    await clock.advanceUntil(() => server.sent("ping").length > 0);
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

  it("counts the 10 s from the first ping that is not answered", async () => {
    const server = createFakeServer();
    server.welcome.heartbeatMs = 3000;
    const { client, clock } = setUp({}, server);
    server.intercept = ({ type }) => type === "ping";
    await clock.advanceUntil(() => server.sent("ping").length > 0);
    await clock.advance(9800);
    expect(client.state).toBe("open");
    expect(server.sent("ping").length).toBeGreaterThan(2);
    await clock.advance(200);
    expect(client.state).toBe("resuming");
  });

  it("counts them anew after each frame", async () => {
    const server = createFakeServer();
    server.welcome.heartbeatMs = 15_000;
    const setup = setUp({}, server);
    const { client, clock } = setup;
    setup.chance = 0.5;
    server.intercept = ({ type }) => type === "ping";
    await clock.advance(7500 + 9000);
    server.last.raw("");
    await clock.advance(6000 + 9999);
    expect(client.state).toBe("open");
    await clock.advance(1);
    expect(client.state).toBe("resuming");
  });

  it("forgives every ping at once when a frame arrives", async () => {
    const server = createFakeServer();
    server.welcome.heartbeatMs = 3000;
    const { client, clock } = setUp({}, server);
    server.intercept = ({ type }) => type === "ping";
    await clock.advanceUntil(() => server.sent("ping").length > 2);
    server.intercept = () => false;
    server.last.raw("");
    await clock.advance(60_000);
    expect(client.state).toBe("open");
    expect(server.sockets).toHaveLength(1);
  });

  it("pings once a second at most", async () => {
    const server = createFakeServer();
    server.welcome.heartbeatMs = 0;
    const { clock } = setUp({}, server);
    await clock.advance(10_000);
    const { length } = server.sent("ping");
    expect(length).toBeGreaterThan(8);
    expect(length).toBeLessThan(13);
  });

  it("gives up when a device slept for a moment only", async () => {
    for (const [ms, state] of [
      [20_000, "resuming"],
      [20_001, "open"],
    ] as const) {
      const setup = await setUpRoom();
      const { server, clock, client } = setup;
      server.intercept = ({ type }) => type === "ping";
      setup.chance = 0.5;
      server.last.push({ type: "welcome", ...server.welcome });
      await clock.advance(12_500);
      expect(server.sent("ping")).toHaveLength(1);
      clock.sleep(ms);
      await clock.advance(0);
      expect(client.state).toBe(state);
    }
  });

  it("starts over with another welcome", async () => {
    const setup = await setUpRoom();
    const { server, clock } = setup;
    setup.chance = 0.5;
    for (let times = 0; times < 3; times++) {
      server.last.push({ type: "welcome", ...server.welcome });
      await clock.advance(12_499);
      expect(server.sent("ping")).toEqual([]);
    }
    await clock.advance(1);
    expect(server.sent("ping")).toHaveLength(1);
  });
});
