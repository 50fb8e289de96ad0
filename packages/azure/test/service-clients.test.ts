import { once } from "node:events";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";
import { createChat, plain } from "./event-kit.ts";
import { enter, startService } from "./service-kit.ts";

describe("clients behind Web PubSub", { timeout: 30_000 }, () => {
  it("hear each other, each message once and in one order, for a broadcast each", async () => {
    const { open, meter, problems } = await startService();
    const [ann, bob] = [await enter(open()), await enter(open())];
    meter.reset();
    for (let n = 0; n < 5; n++) await Promise.all([ann.say(`a${n}`), bob.say(`b${n}`)]);
    await expect.poll(() => bob.heard.length).toBe(10);
    await expect.poll(() => ann.heard).toEqual(bob.heard);
    expect(meter.counts()).toMatchObject({ broadcast: 10, push: 0 });
    expect(problems).toEqual([]);
  });

  it("cost a publish in a room of 10 what it costs in a room of 1", async () => {
    const { open, meter } = await startService();
    const ann = await enter(open());
    await ann.say("warm");
    const costs = [];
    for (let round = 0; round < 2; round++) {
      meter.reset();
      await ann.say(`round ${round}`);
      costs.push(meter.counts());
      if (round === 0) for (let n = 0; n < 9; n++) await enter(open());
    }
    expect(costs[0]).toEqual({ read: 0, write: 1, list: 0, push: 0, broadcast: 1, enqueue: 0 });
    expect(costs[1]).toEqual(costs[0]);
  });

  it("are read from the store by no message once they have joined", async () => {
    const { open, handler } = await startService();
    const ann = await enter(open());
    expect(await handler.hub.online("lobby")).toBe(1);
    await Promise.all(["1", "2", "3"].map(ann.say));
    await expect.poll(() => ann.heard).toEqual(["1", "2", "3"]);
  });

  it("lose nothing when events are retried, doubled and answered late", async () => {
    let turn = 0;
    const { open, service } = await startService(createChat(), { service: { faults: {} } });
    service.faults.events = ({ type }) =>
      type === "user.message" && turn++ % 3 === 0 ? [0, 5] : [0];
    service.faults.answers = (_event, attempt) =>
      attempt === 0 && turn % 4 === 1 ? 503 : undefined;
    const [ann, bob] = [await enter(open()), await enter(open())];
    const texts = Array.from({ length: 6 }, (_, n) => `a${n}`);
    await Promise.all(texts.map(ann.say));
    await expect.poll(() => bob.heard, { timeout: 20_000 }).toEqual(texts);
    await expect.poll(() => ann.heard).toEqual(texts);
  });

  it("keep what is said when the group send fails: the log repairs it", async () => {
    const { open, service, problems } = await startService(createChat({ heartbeatMs: 1000 }));
    const [ann, bob] = [await enter(open()), await enter(open())];
    service.faults.rest = ({ path }) => (path.endsWith(":send") ? { answer: 403 } : undefined);
    await ann.say("unheard");
    await expect.poll(() => bob.heard, { timeout: 10_000 }).toEqual(["unheard"]);
    expect(problems.map(({ level }) => level)).toContain("error");
  });

  it("are members no more once they are gone", async () => {
    const { open, handler, service } = await startService();
    const client = open();
    await enter(client);
    await enter(open());
    await client.close();
    await service.idle();
    await expect.poll(() => handler.hub.members("lobby")).toHaveLength(1);
  });

  it("are closed by a kick, and come back to their other rooms after one from a room", async () => {
    const chat = createChat({ authenticate: () => ({ userId: "ada" }) });
    const { open, handler } = await startService(chat);
    const client = open({ token: "t" });
    const [lobby, attic] = [await enter(client, "lobby"), await enter(client, "attic")];
    const left = vi.fn();
    lobby.room.on("left", left);
    await handler.hub.kick("ada", { room: "lobby" });
    await expect.poll(() => left.mock.calls).toEqual([[{ code: "kicked" }]]);
    await attic.say("still here");
    await expect.poll(() => attic.heard).toEqual(["still here"]);
    expect(await handler.hub.members("lobby")).toEqual([]);
    await handler.hub.kick("ada");
    // The service hands on the reason, but no code.
    expect(await client.closed).toMatchObject({ reason: "kicked", error: { retryable: false } });
  });

  it("are told when their authentication fails", async () => {
    const chat = createChat({
      authenticate: ({ token }) => {
        if (token !== "good") throw new Error("no");
        return { userId: "ada" };
      },
    });
    const { open } = await startService(chat);
    expect(await open({ token: "bad" }).closed).toMatchObject({ code: 4401 });
    await enter(open({ token: "good" }));
  });

  it("without a library talk as well", async () => {
    const { service, open, handler } = await startService(createChat({ plain }));
    const ann = await enter(open());
    const socket = new WebSocket(service.clientUrl("chat"));
    onTestFinished(() => socket.terminate());
    await once(socket, "open");
    const received: string[] = [];
    socket.on("message", (data) => received.push(data.toString()));
    await ann.say("hello");
    await expect.poll(() => received).toEqual(["hello"]);
    socket.send("hi");
    await expect.poll(() => ann.heard).toEqual(["hello", "hi"]);
    expect(await handler.hub.online("lobby")).toBe(2);
  });
});
