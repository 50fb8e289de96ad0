import { describe, expect, it } from "vitest";
import type { RoomLog, StoredEntry } from "../src/index.ts";
import { createChat } from "./chats.ts";
import { createRig } from "./rig.ts";

const entry = (seq: number): StoredEntry => ({
  ...{ seq, mid: `m${seq}`, event: "say", data: { text: "hi" }, ts: seq, digest: "d" },
});

/** A log whose head was 5 when it was asked for, and is `head` when its entries are read. */
async function join(head: number, listed: number[], last: number) {
  const reads: object[] = [];
  const log: RoomLog = {
    append: () => Promise.reject(new Error("nobody appends")),
    head: async () => ({ epoch: "e", oldest: 1, head: 5 }),
    async read(_room, range) {
      reads.push(range);
      return { epoch: "e", oldest: 1, head, entries: listed.map(entry) };
    },
  };
  const { enter, send } = createRig(createChat({ presence: false }), { log });
  await enter("ada");
  const { frames } = await send("ada", { type: "join", room: "lobby", last });
  const [joined] = frames;
  const messages = joined?.messages as { seq: number }[];
  return { joined, seqs: messages.map(({ seq }) => seq), reads };
}

describe("a join that reads the newest messages while more come", () => {
  it("gives the newest of all, up to the head by now", async () => {
    const { joined, seqs, reads } = await join(8, [4, 5, 6, 7, 8], 2);
    expect(seqs).toEqual([7, 8]);
    expect(joined).toMatchObject({ head: 8, more: false });
    expect(reads).toEqual([{ after: 3, limit: 258 }]);
  });

  it("gives none rather than some that do not reach the head", async () => {
    const { joined, seqs } = await join(8, [4, 5, 6], 2);
    expect(seqs).toEqual([]);
    expect(joined).toMatchObject({ head: 8 });
  });

  it("gives none where nothing is listed any more", async () => {
    expect((await join(8, [], 2)).seqs).toEqual([]);
  });
});
