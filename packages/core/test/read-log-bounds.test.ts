import { describe, expect, it } from "vitest";
import { createChat } from "./chats.ts";
import { type AnyFrame, createRig, type RigOptions } from "./rig.ts";

async function start(count: number, maxReplyBytes = 32_768, options: RigOptions = {}) {
  const chat = createChat({ limits: { maxReplyBytes }, retention: { maxAgeMs: 1000 } });
  const rig = createRig(chat, { epoch: "e", ...options });
  for (let n = 1; n <= count; n++) await rig.hub.publish("lobby", "say", { text: `${n}` });
  await rig.enter("ada", "lobby");
  rig.faults.calls.length = 0;
  const ask = async (type: string, rest: object) =>
    (await rig.send("ada", { type, room: "lobby", ...rest })).frames[0];
  return {
    ...rig,
    join: (rest: object) => ask("join", rest),
    history: (rest: object) => ask("history", rest),
  };
}

const seqs = (frame: AnyFrame | undefined) =>
  (frame?.messages as { seq: number }[] | undefined)?.map(({ seq }) => seq);

describe("join", () => {
  it("reads nothing of the log where nothing is wanted, or nothing is there", async () => {
    const { join, faults } = await start(3);
    expect(seqs(await join({}))).toEqual([]);
    expect(faults.calls.filter((call) => call === "log.read")).toEqual([]);
    const empty = await start(0);
    expect(seqs(await empty.join({ last: 5 }))).toEqual([]);
    expect(empty.faults.calls.filter((call) => call === "log.read")).toEqual([]);
  });

  it("gives as many of the newest as are wanted, and no more", async () => {
    const { join } = await start(5);
    expect(seqs(await join({ last: 1 }))).toEqual([5]);
    expect(seqs(await join({ last: 5 }))).toEqual([1, 2, 3, 4, 5]);
    expect(seqs(await join({ last: 100 }))).toEqual([1, 2, 3, 4, 5]);
  });

  it("recovers from any position that the log continues, and from no other", async () => {
    const { join } = await start(3);
    const resume = async (seq: number, epoch = "e") => (await join({ epoch, seq }))?.recovered;
    expect([await resume(0), await resume(2), await resume(3)]).toEqual([true, true, true]);
    expect([await resume(4), await resume(3, "other")]).toEqual([false, false]);
  });
});

describe("history", () => {
  it("says whether there is more, in either direction", async () => {
    const { history } = await start(5);
    const range = async (rest: object) => {
      const frame = await history(rest);
      return [seqs(frame), frame?.more];
    };
    expect(await range({})).toEqual([[1, 2, 3, 4, 5], false]);
    expect(await range({ limit: 4 })).toEqual([[2, 3, 4, 5], true]);
    expect(await range({ before: 3 })).toEqual([[1, 2], false]);
    expect(await range({ before: 3, limit: 1 })).toEqual([[2], true]);
    expect(await range({ before: 1 })).toEqual([[], false]);
    expect(await range({ before: 99, limit: 2 })).toEqual([[4, 5], true]);
    expect(await range({ after: 0, limit: 4 })).toEqual([[1, 2, 3, 4], true]);
    expect(await range({ after: 1, limit: 4 })).toEqual([[2, 3, 4, 5], false]);
    expect(await range({ after: 5 })).toEqual([[], false]);
    expect(await range({ after: 0, limit: 0 })).toEqual([[], true]);
    expect(await range({ limit: 0 })).toEqual([[], true]);
  });

  it("answers 50 messages where no limit is given", async () => {
    const { history } = await start(51);
    expect(seqs(await history({}))).toHaveLength(50);
    expect(seqs(await history({ after: 0 }))).toHaveLength(50);
  });

  it("is reset by a position that is not of this log, and takes one that is", async () => {
    const { history } = await start(3);
    const type = async (rest: object) => (await history(rest))?.type;
    expect(await type({ after: 3 })).toBe("history");
    expect(await type({ after: 4 })).toBe("reset");
    expect(await type({ after: 4, limit: 0 })).toBe("reset");
    expect(await type({ after: 1, epoch: "e" })).toBe("history");
    expect(await type({ after: 1, epoch: "other" })).toBe("reset");
    expect(await type({ epoch: "e" })).toBe("history");
    expect(await type({ epoch: "other" })).toBe("reset");
    expect(await history({ after: 1, before: 3 })).toMatchObject({ code: "bad_frame" });
  });

  it("with limit 0 takes the position before the oldest entry, and none before that", async () => {
    const { history, clock, hub } = await start(2);
    await clock.advance(1000);
    await hub.publish("lobby", "say", { text: "3" });
    // What is over age is found out when it is read.
    expect(await history({ after: 0, limit: 2 })).toMatchObject({ type: "reset", oldest: 3 });
    expect(seqs(await history({}))).toEqual([3]);
    expect(await history({ after: 2, limit: 1 })).toMatchObject({ type: "history" });
  });

  it("fills an answer up to its last byte", async () => {
    const entry = { seq: 1, mid: "m", event: "say", data: { text: "x".repeat(200) }, ts: 0 };
    const bytes = JSON.stringify(entry).length + 1;
    const answer = async (maxReplyBytes: number, rest: object) => {
      const entries = [1, 2, 3].map((seq) => ({ ...entry, seq, digest: "d" }));
      const state = { epoch: "e", oldest: 1, head: 3 };
      const log = {
        append: () => Promise.reject(new Error("unused")),
        read: async () => ({ ...state, entries }),
        head: async () => state,
      };
      return seqs(await (await start(0, maxReplyBytes, { log })).history(rest));
    };
    expect(await answer(Math.max(1024, 700 + 2 * bytes), { after: 0 })).toEqual([1, 2]);
    expect(await answer(700 + 2 * bytes - 1, { after: 0 })).toEqual([1]);
    expect(await answer(700 + 2 * bytes, {})).toEqual([2, 3]);
    expect(await answer(700 + 3 * bytes, {})).toEqual([1, 2, 3]);
  });
});
