import { RejectedError } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { arrive, connectBody, connectionOf, publish } from "./connections.ts";
import { createChat, plain, startHandler } from "./event-kit.ts";

const hello = { type: "hello", session: "0123456789abcdef" };

describe("messages", () => {
  it("are answered in the response, as one message", async () => {
    const kit = startHandler();
    const connection = connectionOf(kit, "conn-1");
    await connection.send(kit.handler, { name: "connect", body: connectBody() });
    const response = await connection.send(kit.handler, {
      body: JSON.stringify([hello, { type: "join", room: "lobby" }, { type: "nonsense" }]),
    });
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      "text/plain; charset=utf-8",
    ]);
    const frames = JSON.parse(await response.text());
    expect(frames.map(({ type }: { type: string }) => type)).toEqual([
      "welcome",
      "joined",
      "error",
    ]);
    expect(kit.calls).toEqual([["join", "hubbub.v1:lobby", "conn-1"]]);
  });

  it("go to a room as one broadcast, its sender left out, however many there are", async () => {
    const kit = startHandler();
    const connections = [];
    for (let n = 0; n < 5; n++) connections.push(await arrive(kit, `conn-${n}`));
    const { epoch } = await kit.handler.hub.history("lobby");
    kit.calls.length = 0;
    kit.meter.reset();
    const answer = await connections[0]?.say(kit.handler, publish("m1", 0, epoch));
    expect(answer).toMatchObject([{ type: "ack", mid: "m1", seq: 1 }]);
    expect(kit.calls).toEqual([["broadcast", "hubbub.v1:lobby", expect.any(String), ["conn-0"]]]);
    expect(kit.meter.counts()).toMatchObject({ read: 0, write: 1, list: 0, push: 0 });
  });

  it("of who is told that its authentication failed are answered before the end", async () => {
    const chat = createChat({
      authenticate: () => {
        throw new RejectedError("unauthenticated");
      },
    });
    const kit = startHandler(chat);
    const connection = connectionOf(kit, "conn-1");
    await connection.send(kit.handler, { name: "connect", body: connectBody() });
    const response = await connection.send(kit.handler, { body: JSON.stringify(hello) });
    expect([response.status, await response.text()]).toEqual([204, ""]);
    expect(kit.calls).toMatchObject([
      ["send", "conn-1", expect.stringContaining("unauthenticated")],
      ["close", "conn-1", 4401, expect.any(String)],
    ]);
  });

  it.each([
    ["broken JSON", { body: '{"type":' }, "bad_frame"],
    ["bytes", { body: new Uint8Array([1]), contentType: "application/octet-stream" }, "bad_frame"],
    ["protobuf", { body: new Uint8Array([1]), contentType: "application/x-protobuf" }, "bad_frame"],
    ["no content type", { contentType: "" }, "bad_frame"],
    ["a frame that is too large", { body: JSON.stringify({ x: "x".repeat(40_000) }) }, "too_large"],
    ["2 MB", { body: "x".repeat(2_000_000) }, "too_large"],
    ["2 MB that are announced", { headers: { "content-length": "2000000" } }, "too_large"],
    ["an event of another name", { name: "shout", body: '{"type":"ping"}' }, "bad_frame"],
    ["10,000 brackets", { body: "[".repeat(10_000) }, "bad_frame"],
  ])("that are %s get an error and cut nobody off", async (_what, changes, code) => {
    const kit = startHandler();
    const connection = await arrive(kit, "conn-1");
    const response = await connection.send(kit.handler, changes);
    expect(response.status).toBe(200);
    expect(JSON.parse(await response.text())).toMatchObject({ type: "error", code });
    expect(await connection.say(kit.handler, { type: "ping", rooms: [] })).toMatchObject([
      { type: "pong" },
    ]);
  });

  it("of a plain client are published, and answered with what went wrong", async () => {
    const kit = startHandler(createChat({ plain }));
    const connection = connectionOf(kit, "conn-1");
    await connection.send(kit.handler, {
      name: "connect",
      body: connectBody({ subprotocols: [] }),
    });
    const response = await connection.send(kit.handler, { body: "hi" });
    expect([response.status, await response.text()]).toEqual([204, ""]);
    expect(kit.calls.at(-1)).toEqual(["broadcast", "plain:lobby", "hi", ["conn-1"]]);
    const refused = await connection.send(kit.handler, { body: "x".repeat(30_001) });
    expect([refused.status, await refused.text()]).toEqual([
      200,
      expect.stringMatching(/^error: /),
    ]);
  });

  it("of a plain client keep their first character, even one that marks an order of bytes", async () => {
    const kit = startHandler(createChat({ plain }));
    const connection = connectionOf(kit, "conn-1");
    const body = connectBody({ subprotocols: [] });
    await connection.send(kit.handler, { name: "connect", body });
    await connection.send(kit.handler, { body: "\ufeffhi" });
    expect(kit.calls.at(-1)).toEqual(["broadcast", "plain:lobby", "\ufeffhi", ["conn-1"]]);
  });

  it("are answered while what they began goes on", async () => {
    const pushed: (() => void)[] = [];
    const kit = startHandler();
    const slow = kit.instance({
      pusher: {
        send: async () => "sent",
        close: async () => undefined,
        groups: {
          join: async () => undefined,
          leave: async () => undefined,
          broadcast: () => new Promise((resolve) => pushed.push(() => resolve(undefined))),
        },
      },
    });
    const connection = await arrive(kit, "conn-1", ["lobby"], slow);
    const { epoch } = await slow.hub.history("lobby");
    expect(await connection.say(slow, publish("m1", 0, epoch))).toMatchObject([{ type: "ack" }]);
    let isSettled = false;
    const settled = slow.settled().then(() => {
      isSettled = true;
    });
    await Promise.resolve();
    expect([pushed.length, isSettled]).toEqual([1, false]);
    pushed[0]?.();
    await settled;
  });

  it("are answered with an error where something fails that never should: the client stays", async () => {
    const kit = startHandler();
    const sleep = () => {
      throw new Error("no timers");
    };
    const broken = kit.instance({ clock: { now: kit.clock.now, sleep } });
    const connection = await arrive(kit, "conn-1");
    const [answer] = await connection.say(broken, { type: "ping" });
    expect(answer).toMatchObject({ type: "error", code: "internal" });
    expect(kit.problems.at(-1)).toMatchObject({ level: "error" });
  });
});
