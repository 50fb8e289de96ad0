import { describe, expect, it } from "vitest";
import { type Changes, createChat, say } from "./chats.ts";
import { type AnyFrame, createRig } from "./rig.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

async function start(count = 0, changes: Changes = {}, text = "hi") {
  const rig = createRig(createChat(changes));
  for (let n = 1; n <= count; n++) await rig.hub.publish("lobby", "say", { text: `${text} ${n}` });
  const { frames } = await rig.enter("ada", "lobby");
  const epoch = String(frames[1]?.epoch);
  const join = (rest: object) => rig.send("ada", { type: "join", room: "lobby", ...rest });
  const history = (rest: object) => rig.send("ada", { type: "history", room: "lobby", ...rest });
  return { ...rig, epoch, join, history };
}

/** The seqs of an answer's messages. */
function seqs(frame: AnyFrame | undefined): number[] {
  const messages = frame?.messages as { seq: number }[];
  return messages.map(({ seq }) => seq);
}

describe("join", () => {
  it("gives the position even when the room is empty", async () => {
    const { join } = await start();
    const { frames } = await join({ id: "j" });
    expect(frames).toMatchObject([{ id: "j", oldest: 1, head: 0, messages: [], more: false }]);
    expect(frames[0]).not.toHaveProperty("recovered");
  });

  it("gives the newest messages that are asked for, up to the head", async () => {
    const { join } = await start(5);
    const { frames } = await join({ last: 3 });
    expect(seqs(frames[0])).toEqual([3, 4, 5]);
    expect(frames[0]).toMatchObject({ head: 5, more: false });
  });

  it("is a membership before the log is read, so that nothing falls between", async () => {
    const { send, faults, hub, gateway } = await start();
    await send("bob", { type: "hello", token: "bob" });
    const release = faults.hold("log.head");
    const joining = send("bob", { type: "join", room: "lobby" });
    await hub.publish("lobby", "say", { text: "meanwhile" });
    release();
    const { frames } = await joining;
    expect(frames[0]?.head).toBe(1);
    expect(gateway.pushed("bob", "message")).toMatchObject([{ seq: 1 }]);
  });

  it("resumes from a position before any message", async () => {
    const { join, epoch, hub } = await start();
    await hub.publish("lobby", "say", { text: "first" });
    const { frames } = await join({ epoch, seq: 0 });
    expect(frames).toMatchObject([{ recovered: true, head: 1, more: false }]);
    expect(seqs(frames[0])).toEqual([1]);
  });

  it("resumes at the head with nothing", async () => {
    const { join, epoch } = await start(3);
    const { frames } = await join({ epoch, seq: 3, last: 2 });
    expect(frames).toMatchObject([{ recovered: true, head: 3, messages: [], more: false }]);
  });

  it("does not recover another epoch, nor a position beyond the head", async () => {
    const { join, epoch } = await start(3);
    for (const position of [
      { epoch: "other", seq: 1 },
      { epoch, seq: 4 },
    ]) {
      const { frames } = await join({ ...position, last: 1 });
      expect(frames).toMatchObject([{ recovered: false, epoch, head: 3, more: false }]);
      expect(seqs(frames[0])).toEqual([3]);
    }
  });

  it("does not recover a position whose next entry is no longer kept", async () => {
    const { join, epoch } = await start(10, { retention: { maxEntries: 4 } });
    const lost = await join({ epoch, seq: 5 });
    expect(lost.frames).toMatchObject([{ recovered: false, oldest: 7, head: 10, messages: [] }]);
    const kept = await join({ epoch, seq: 6 });
    expect(kept.frames).toMatchObject([{ recovered: true }]);
    expect(seqs(kept.frames[0])).toEqual([7, 8, 9, 10]);
  });

  it("shows what is still kept of the newest messages when some are over age", async () => {
    const { enter, send, clock, hub } = await start(3);
    await clock.advance(8 * DAY_MS);
    await hub.publish("lobby", "say", { text: "new" });
    await hub.publish("lobby", "say", { text: "newer" });
    await enter("bob");
    const { frames } = await send("bob", { type: "join", room: "lobby", last: 10 });
    expect(seqs(frames[0])).toEqual([4, 5]);
  });

  it("cuts what does not fit, at the end when it resumes and at the beginning when it does not", async () => {
    const limits = { maxReplyBytes: 1024 };
    const { join, epoch } = await start(20, { limits }, "x".repeat(200));
    const resumed = (await join({ epoch, seq: 0 })).frames[0];
    expect(resumed).toMatchObject({ recovered: true, more: true });
    expect(seqs(resumed)[0]).toBe(1);
    const newest = (await join({ last: 20 })).frames[0];
    expect(newest).toMatchObject({ more: false });
    expect(seqs(newest).at(-1)).toBe(20);
    expect(seqs(newest).length).toBeLessThan(20);
  });
});

describe("history", () => {
  it("reads on from a position, page by page, without a gap", async () => {
    const limits = { maxReplyBytes: 1024 };
    const { history, epoch } = await start(20, { limits }, "x".repeat(200));
    const read: number[] = [];
    for (let more = true; more; ) {
      const { frames } = await history({ epoch, after: read.at(-1) ?? 0 });
      read.push(...seqs(frames[0]));
      more = frames[0]?.more === true;
    }
    expect(read).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it("reads backwards to the beginning", async () => {
    const { history } = await start(7);
    const newest = (await history({ limit: 3 })).frames[0];
    expect([seqs(newest), newest?.more]).toEqual([[5, 6, 7], true]);
    const middle = (await history({ before: 5, limit: 3 })).frames[0];
    expect([seqs(middle), middle?.more]).toEqual([[2, 3, 4], true]);
    const oldest = (await history({ before: 2, limit: 3 })).frames[0];
    expect([seqs(oldest), oldest?.more]).toEqual([[1], false]);
    for (const before of [0, 1]) {
      expect((await history({ before })).frames).toMatchObject([{ messages: [], more: false }]);
    }
  });

  it("with limit 0 tells where the log is", async () => {
    const { history, epoch } = await start(3);
    const answer = { type: "history", epoch, oldest: 1, head: 3, messages: [], more: true };
    expect((await history({ limit: 0, after: 1 })).frames).toMatchObject([answer]);
    expect((await history({ limit: 0 })).frames).toMatchObject([answer]);
  });

  it.each([0, 10])(
    "with limit %i is reset by a position that has no continuation",
    async (limit) => {
      const { history, epoch } = await start(10, { retention: { maxEntries: 4 } });
      const reset = { type: "reset", id: "h", room: "lobby", epoch, oldest: 7, head: 10 };
      for (const position of [{ epoch: "other", after: 8 }, { after: 11 }, { epoch, after: 2 }]) {
        expect((await history({ id: "h", limit, ...position })).frames).toEqual([reset]);
      }
    },
  );

  it("is reset by another epoch whichever way it is read", async () => {
    const { history } = await start(3);
    for (const range of [{}, { before: 2 }, { after: 1 }]) {
      expect((await history({ epoch: "other", ...range })).frames).toMatchObject([
        { type: "reset", head: 3 },
      ]);
    }
  });

  it("gives what is still kept of the newest page when some is over age", async () => {
    const { enter, send, clock, hub } = await start(3);
    await clock.advance(8 * DAY_MS);
    await hub.publish("lobby", "say", { text: "new" });
    await enter("bob", "lobby");
    const { frames } = await send("bob", { type: "history", room: "lobby" });
    expect(seqs(frames[0])).toEqual([4]);
    expect(frames[0]).toMatchObject({ oldest: 4, more: false });
  });

  it("leaves the sender of what the server itself published out", async () => {
    const { history, hub } = await start(1);
    await hub.publish("lobby", "say", { text: "hi" }, { from: { id: "bot", name: "Bot" } });
    const { frames } = await history({});
    const messages = frames[0]?.messages as object[];
    expect(messages[0]).not.toHaveProperty("from");
    expect(messages[1]).toMatchObject({ from: { id: "bot", name: "Bot" } });
  });

  it("of a message over the size of an answer gives that message alone", async () => {
    const { history, send, epoch } = await start(0, { limits: { maxReplyBytes: 1024 } });
    await send("ada", say("lobby", "x".repeat(3000), "m1", { epoch, after: 0 }));
    await send("ada", say("lobby", "y", "m2", { epoch, after: 1 }));
    const { frames } = await history({ after: 0 });
    expect([seqs(frames[0]), frames[0]?.more]).toEqual([[1], true]);
  });
});
