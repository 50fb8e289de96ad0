import { describe, expect, it } from "vitest";
import { createChat, say } from "./chats.ts";
import { createRig } from "./rig.ts";

async function start(changes: Parameters<typeof createChat>[0] = {}) {
  const rig = createRig(createChat(changes));
  const { frames } = await rig.enter("ada", "lobby");
  await rig.enter("bob", "lobby");
  const epoch = String(frames[1]?.epoch);
  return { ...rig, epoch, at: (after: number) => ({ epoch, after }) };
}

describe("a publish", () => {
  it("is acked only once its append is durable", async () => {
    const { send, faults, at, gateway, clock } = await start();
    const release = faults.hold("log.append");
    let acked = false;
    const answer = send("ada", say("lobby", "hi", "m1", at(0))).then((got) => {
      acked = true;
      return got;
    });
    await clock.advance(60_000);
    expect(acked).toBe(false);
    expect(gateway.pushed("bob", "message")).toEqual([]);
    release();
    expect((await answer).frames).toMatchObject([{ type: "ack", seq: 1, dup: false }]);
    expect(gateway.pushed("bob", "message")).toMatchObject([{ seq: 1, data: { text: "hi" } }]);
  });

  it("is never pushed to the connection that sent it, but to its user's other one", async () => {
    const { send, at, gateway } = await start();
    await send("ada2", { type: "hello", token: "ada" }, { type: "join", room: "lobby" });
    await send("ada", say("lobby", "hi", "m1", at(0)));
    expect(gateway.pushed("ada", "message")).toEqual([]);
    expect(gateway.pushed("ada2", "message")).toHaveLength(1);
  });

  it("that is repeated is answered with the same seq, and pushed once", async () => {
    const { send, at, gateway } = await start();
    await send("ada", say("lobby", "hi", "m1", at(0)));
    await send("bob", say("lobby", "yo", "m1", at(0)));
    const { frames } = await send("ada", say("lobby", "hi", "m1", at(0)));
    expect(frames).toMatchObject([{ type: "ack", mid: "m1", seq: 1, dup: true }]);
    expect(frames[0]).not.toHaveProperty("data");
    expect(gateway.pushed("bob", "message")).toHaveLength(1);
  });

  it("that is repeated is answered with the data that a hook made of the first", async () => {
    let calls = 0;
    const { send, at } = await start({
      on: { say: ({ data }) => ({ text: `${data.text} ${++calls}` }) },
    });
    const first = await send("ada", say("lobby", "hi", "m1", at(0)));
    const second = await send("ada", say("lobby", "hi", "m1", at(0)));
    expect(first.frames).toMatchObject([{ dup: false, data: { text: "hi 1" } }]);
    expect(second.frames).toMatchObject([{ dup: true, seq: 1, data: { text: "hi 1" } }]);
  });

  it("gets the next seq, whoever else publishes at the same time", async () => {
    const { send, at, run } = await start();
    const ids = ["ada", "bob"];
    const all = Array.from({ length: 10 }, (_, n) =>
      send(String(ids[n % 2]), say("lobby", `${n}`, `m${n}`, at(0))),
    );
    const acks = (await run(Promise.all(all))).map(({ frames }) => frames[0]);
    const seqs = acks.map((ack) => Number(ack?.seq)).sort((a, b) => a - b);
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(acks.every((ack) => ack?.dup === false)).toBe(true);
  });

  it("whose invocation runs twice at once, or again hours later, is stored and pushed once", async () => {
    const { send, at, gateway, run, clock, enter } = await start();
    const frame = say("lobby", "hi", "m1", at(0));
    const twice = await run(Promise.all([send("ada", frame), send("ada", frame)]));
    const dups = twice.map(({ frames }) => [frames[0]?.seq, frames[0]?.dup]);
    expect(dups.sort()).toEqual([
      [1, false],
      [1, true],
    ]);
    await clock.advance(6 * 60 * 60 * 1000);
    await enter("eve", "lobby");
    await send("late", { type: "hello", token: "ada" }, { type: "join", room: "lobby" });
    expect((await send("late", frame)).frames).toMatchObject([{ seq: 1, dup: true }]);
    expect(gateway.pushed("bob", "message")).toHaveLength(1);
    expect(gateway.pushed("eve", "message")).toEqual([]);
  });

  it("with the mid of another message is a conflict", async () => {
    const { send, at } = await start();
    await send("ada", say("lobby", "hi", "m1", at(0)));
    const other = { ...say("lobby", "hi", "m1", at(0)), event: "shout" };
    for (const frame of [say("lobby", "ho", "m1", at(0)), other]) {
      const { frames } = await send("ada", frame);
      expect(frames).toMatchObject([{ type: "error", code: "mid_conflict", mid: "m1" }]);
    }
  });

  it("from beyond the head, or of another epoch, is reset and stores nothing", async () => {
    const { send, at, epoch } = await start();
    const beyond = await send("ada", say("lobby", "hi", "m1", at(5)));
    const other = await send("ada", say("lobby", "hi", "m1", { epoch: "other", after: 0 }));
    const reset = { type: "reset", mid: "m1", room: "lobby", epoch, oldest: 1, head: 0 };
    expect(beyond.frames).toEqual([reset]);
    expect(other.frames).toEqual([reset]);
  });

  it("from before the oldest entry kept is undecided", async () => {
    const retention = { maxEntries: 10, minAgeMs: 1000 };
    const { send, at, clock } = await start({ retention });
    for (let seq = 0; seq < 63; seq++) {
      await send("ada", say("lobby", "hi", `m${seq}`, at(seq)));
      await clock.advance(1000);
    }
    await send("ada", { type: "ping" });
    await send("bob", { type: "ping" });
    await send("bob", say("lobby", "hi", "m63", at(63)));
    const { frames } = await send("ada", say("lobby", "hi", "m0", at(0)));
    expect(frames).toMatchObject([{ type: "error", code: "undecided", retryable: false }]);
  });

  it("from too far behind the head must synchronise first", async () => {
    const { send, at, hub } = await start();
    for (let seq = 0; seq < 257; seq++) await hub.publish("lobby", "say", { text: "hi" });
    const { frames } = await send("ada", say("lobby", "hi", "m1", at(0)));
    expect(frames).toMatchObject([{ type: "error", code: "sync_required", mid: "m1" }]);
    const near = await send("ada", say("lobby", "hi", "m1", at(1)));
    expect(near.frames).toMatchObject([{ type: "ack", seq: 258 }]);
  });

  it("to somebody's inbox is told a position, then stored, and seen by its owner alone", async () => {
    const { send, gateway } = await start();
    await send("bob", { type: "join", room: "@bob" });
    const asked = await send("ada", say("@bob", "psst", "m1"));
    expect(asked.frames).toMatchObject([{ type: "reset", mid: "m1", room: "@bob", head: 0 }]);
    const epoch = String(asked.frames[0]?.epoch);
    const { frames } = await send("ada", say("@bob", "psst", "m1", { epoch, after: 0 }));
    expect(frames).toMatchObject([{ type: "ack", seq: 1 }]);
    expect(gateway.pushed("bob", "message")).toMatchObject([{ room: "@bob", seq: 1 }]);
    const attempts = await send(
      "ada",
      { type: "join", room: "@bob", last: 10 },
      { type: "join", room: "@bob", epoch, seq: 0 },
      { type: "history", room: "@bob" },
      { type: "who", room: "@bob" },
      { type: "ping", rooms: [{ room: "@bob", epoch, seq: 0 }] },
    );
    expect(attempts.frames).toMatchObject([
      { code: "forbidden" },
      { code: "forbidden" },
      { code: "not_joined" },
      { code: "not_joined" },
      { type: "pong", rooms: [{ room: "@bob", joined: false }] },
    ]);
    expect(gateway.pushed("ada", "message")).toEqual([]);
    expect(JSON.stringify(attempts.frames)).not.toContain("psst");
  });

  it("never shows a connection id or a digest", async () => {
    const rig = createRig(createChat({ authenticate: () => ({ userId: "somebody" }) }));
    const { frames } = await rig.enter("secret-connection", "lobby");
    await rig.enter("other", "lobby");
    const position = { epoch: String(frames[1]?.epoch), after: 0 };
    const acks = await rig.send("secret-connection", say("lobby", "hi", "m1", position));
    const pages = await rig.send("secret-connection", { type: "history", room: "lobby" });
    await rig.quiesce();
    const all = JSON.stringify([frames, acks.frames, pages.frames, rig.gateway.pushed("other")]);
    expect(all).not.toContain("secret-connection");
    expect(all).not.toContain("digest");
  });
});
