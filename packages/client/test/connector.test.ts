import { describe, expect, it } from "vitest";
import { createFakeServer } from "./fake-server.ts";
import { settle, setUp, setUpRoom, texts } from "./setup.ts";

describe("reconnect", () => {
  it("resumes with the position, even if nothing was ever said", async () => {
    const { client, server, clock, room, messages } = await setUpRoom();
    const recovered: unknown[] = [];
    room.on("recovered", (event) => recovered.push(event));
    server.last.drop();
    expect(client.state).toBe("resuming");
    expect(room.state).toBe("joining");
    server.say("lobby", "missed");
    await clock.advance(500);
    expect(server.last.messages[0]?.[1]).toMatchObject({ type: "join", epoch: "e1", seq: 0 });
    expect(texts(messages)).toEqual(["missed"]);
    expect(messages[0]?.backlog).toBe(false);
    expect(recovered).toEqual([{ recovered: true, count: 1 }]);
    expect(client.state).toBe("open");
  });

  it("reads on when the join does not reach the head, and says recovered only then", async () => {
    const { server, clock, room, messages } = await setUpRoom();
    const recovered: unknown[] = [];
    room.on("recovered", (event) => recovered.push({ ...event, delivered: messages.length }));
    server.last.drop();
    for (let seq = 1; seq <= 13; seq++) server.say("lobby", `${seq}`);
    await clock.advance(500);
    expect(recovered).toEqual([{ recovered: true, count: 13, delivered: 13 }]);
  });

  it("reads on at once, without waiting for the gap to close by itself", async () => {
    const setup = await setUpRoom();
    setup.chance = 0;
    setup.server.last.drop();
    for (let seq = 1; seq <= 13; seq++) setup.server.say("lobby", `${seq}`);
    await setup.clock.advance(0);
    expect(setup.messages).toHaveLength(13);
  });

  it("has not recovered when the log is trimmed while it reads on", async () => {
    const { server, clock, room, messages } = await setUpRoom();
    const events: unknown[] = [];
    room.on("reset", ({ from, to }) => events.push({ from, to }));
    room.on("recovered", (event) => events.push(event));
    server.last.drop();
    for (let seq = 1; seq <= 13; seq++) server.say("lobby", `${seq}`);
    server.intercept = ({ type }) => {
      const log = server.log("lobby");
      if (type === "history") Object.assign(log, { oldest: 11, entries: log.entries.slice(-3) });
      return false;
    };
    await clock.advance(500);
    expect(events).toEqual([
      { from: 6, to: 10 },
      { recovered: false, count: 5 },
    ]);
    expect(texts(messages)).toEqual(["1", "2", "3", "4", "5", "11", "12", "13"]);
  });

  it("waits longer where the limits were ignored", async () => {
    const setup = await setUpRoom();
    setup.chance = 0.999;
    setup.server.last.drop(4429);
    await setup.clock.advance(7900);
    expect(setup.server.sockets).toHaveLength(1);
    await setup.clock.advance(100);
    expect(setup.server.sockets).toHaveLength(2);
  });

  it("tells a reset when the position can't be resumed, and delivers what is still kept", async () => {
    const { server, clock, room, messages } = await setUpRoom();
    const events: unknown[] = [];
    room.on("reset", (event) => events.push(event));
    room.on("recovered", (event) => events.push(event));
    server.last.drop();
    for (let seq = 1; seq <= 6; seq++) server.say("lobby", `${seq}`);
    Object.assign(server.log("lobby"), {
      oldest: 5,
      entries: server.log("lobby").entries.slice(4),
    });
    await clock.advance(500);
    expect(events).toEqual([
      { epochChanged: false, from: 1, to: 4, oldest: 5, head: 6 },
      { recovered: false, count: 0 },
    ]);
    expect(texts(messages)).toEqual(["5", "6"]);
    expect(room.position).toEqual({ epoch: "e1", seq: 6 });
  });

  it("backs off with full jitter up to 30 s, and starts over after a welcome", async () => {
    const setup = await setUpRoom();
    const { server, clock } = setup;
    setup.chance = 0.999;
    server.accepting = false;
    server.last.drop();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 9; attempt++) {
      const before = clock.now();
      const count = server.sockets.length;
      await clock.advanceUntil(() => server.sockets.length > count);
      waits.push(Math.round((clock.now() - before) / 100) / 10);
      server.last.drop();
    }
    expect(waits).toEqual([0.5, 1, 2, 4, 8, 16, 30, 30, 30]);
    server.accepting = true;
    await clock.advance(30_000);
    server.last.drop();
    const count = server.sockets.length;
    await clock.advance(500);
    expect(server.sockets.length).toBe(count + 1);
  });

  it("gives up on a connect that is not welcomed in time", async () => {
    const server = createFakeServer();
    server.accepting = false;
    const { client, clock } = setUp({ connectTimeoutMs: 3000 }, server);
    await clock.advance(3000);
    expect(server.last.closedWith).toBe("closed");
    server.accepting = true;
    await clock.advance(500);
    expect(client.state).toBe("open");
  });

  it("asks for address and token before each connect, and survives when that fails", async () => {
    const errors: string[] = [];
    let asked = 0;
    const { client, server, clock } = setUp({
      async negotiate() {
        if (++asked === 1) throw new Error("no network");
        return { url: `ws://fake/${asked}`, token: `t${asked}` };
      },
    });
    client.on("error", ({ code }) => errors.push(code));
    await clock.advance(500);
    server.last.drop();
    await clock.advance(500);
    expect(errors).toEqual(["unavailable"]);
    expect(server.sockets.map(({ url }) => url)).toEqual(["ws://fake/2", "ws://fake/3"]);
    expect(server.sent("hello").map(({ token }) => token)).toEqual(["t2", "t3"]);
  });

  it("leaves a left room left", async () => {
    const { client, server, clock, room } = await setUpRoom();
    client.join("attic");
    await settle();
    await room.leave();
    expect(room.state).toBe("left");
    expect(server.sent("leave")).toHaveLength(1);
    server.last.drop();
    await clock.advance(500);
    expect(
      server.last.messages.flat().flatMap(({ type, room: name }) => (type === "join" ? name : [])),
    ).toEqual(["attic"]);
  });
});

describe("the end", () => {
  it.each([4400, 4403])("comes with %i", async (code) => {
    const { client, server, clock, room } = await setUpRoom();
    server.last.drop(code, "enough");
    expect(client.state).toBe("closed");
    expect(await client.closed).toMatchObject({
      code,
      reason: "enough",
      error: { message: "enough" },
    });
    expect(room.state).toBe("left");
    await clock.advance(60_000);
    expect(server.sockets).toHaveLength(1);
  });

  it("leaves no timer behind", async () => {
    const { client, clock, room, server } = await setUpRoom();
    server.intercept = () => true;
    void room.publish("say", {}).catch(() => {});
    await settle();
    await client.close();
    await settle();
    expect(await client.closed).toEqual({ code: 1000, reason: "closed" });
    expect(server.last.closedWith).toBe(1000);
    expect(clock.timers).toBe(0);
  });

  it("leaves no timer behind while connecting", async () => {
    const { client, clock } = setUp();
    await client.close();
    await settle();
    expect(clock.timers).toBe(0);
  });

  it("sends what was said just before closing", async () => {
    const { client, server, room } = await setUpRoom();
    room.signal("typing", { on: false });
    await client.close();
    expect(server.sent("signal")).toHaveLength(1);
  });
});
