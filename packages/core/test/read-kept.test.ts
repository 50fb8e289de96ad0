import { describe, expect, it } from "vitest";
import type { LogPage, RoomLog, StoredEntry } from "../src/index.ts";
import { createChat } from "./chats.ts";
import { createRig } from "./rig.ts";

const entry = (seq: number): StoredEntry => ({
  seq,
  mid: `m${seq}`,
  event: "say",
  data: { text: "hi" },
  ts: 0,
  digest: "d",
});

/** A log of entries 1 to 10, whose reads before `kept` answer only what is still there, as told by `oldest`. */
async function start(kept: number, last = 10) {
  const reads: object[] = [];
  const state = { epoch: "e", oldest: 1, head: 10 };
  const log: RoomLog = {
    append: () => Promise.reject(new Error("unused")),
    head: async () => state,
    async read(_room, { after, limit }): Promise<LogPage> {
      reads.push({ after, limit });
      const all = Array.from({ length: last }, (_, index) => entry(index + 1));
      const entries = after + 1 < kept ? [] : all.slice(after, after + limit);
      return { ...state, oldest: kept, head: last, entries };
    },
  };
  const { enter, send } = createRig(createChat(), { log });
  await enter("ada", "lobby");
  const ask = async (type: string, rest: object) => {
    reads.length = 0;
    const { frames } = await send("ada", { type, room: "lobby", ...rest });
    const messages = (frames[0]?.messages ?? []) as StoredEntry[];
    return { seqs: messages.map(({ seq }) => seq), reads: [...reads], frame: frames[0] };
  };
  return ask;
}

describe("a range whose beginning is over age", () => {
  it("is read again from what is kept, as far as it reaches", async () => {
    const ask = await start(9);
    const { seqs, reads, frame } = await ask("history", { limit: 4 });
    expect(seqs).toEqual([9, 10]);
    expect(reads).toEqual([
      { after: 6, limit: 4 },
      { after: 8, limit: 2 },
    ]);
    expect(frame).toMatchObject({ oldest: 9, head: 10, more: false });
  });

  it("is not read again where nothing of it is kept, or nothing is missing", async () => {
    const none = await (await start(9))("history", { before: 9, limit: 4 });
    expect(none).toMatchObject({ seqs: [], reads: [{ after: 4, limit: 4 }] });
    const all = await (await start(7))("history", { limit: 4 });
    expect(all).toMatchObject({ seqs: [7, 8, 9, 10], reads: [{ after: 6, limit: 4 }] });
  });

  it("is joined with what is kept, and with what came meanwhile", async () => {
    const ask = await start(9, 11);
    const { seqs, reads, frame } = await ask("join", { last: 4 });
    expect(seqs).toEqual([9, 10, 11]);
    expect(reads).toEqual([
      { after: 6, limit: 260 },
      { after: 8, limit: 258 },
    ]);
    expect(frame).toMatchObject({ oldest: 9, head: 11 });
  });
});
