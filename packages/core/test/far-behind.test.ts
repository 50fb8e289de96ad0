import { describe, expect, it } from "vitest";
import type { RoomLog } from "../src/index.ts";
import { createChat, say } from "./chats.ts";
import { createRig } from "./rig.ts";

/** Ada knows where Bob's inbox was before others wrote to it a lot. */
async function start(others: number) {
  const rig = createRig(createChat(), { epoch: "e" });
  await rig.enter("ada");
  const publish = (after: number, text = "psst") =>
    rig.send("ada", say("@bob", text, "m1", { epoch: "e", after }));
  const fill = async (count: number) => {
    for (let n = 0; n < count; n++) await rig.hub.publish("@bob", "say", { text: "hi" });
  };
  await fill(others);
  return { ...rig, publish, fill };
}

describe("a publish to an inbox from far behind", () => {
  it("is stored: what its sender may not read is read for it", async () => {
    const { publish } = await start(600);
    expect((await publish(0)).frames).toMatchObject([{ type: "ack", seq: 601, dup: false }]);
  });

  it("is stored once, however far behind its earlier try is by then", async () => {
    const { publish, fill } = await start(0);
    expect((await publish(0)).frames).toMatchObject([{ seq: 1, dup: false }]);
    await fill(700);
    expect((await publish(0)).frames).toMatchObject([{ type: "ack", seq: 1, dup: true }]);
    expect((await publish(0, "other")).frames).toMatchObject([{ code: "mid_conflict" }]);
  });

  it("finds an earlier try on a later page", async () => {
    const { publish, fill } = await start(300);
    expect((await publish(300)).frames).toMatchObject([{ seq: 301 }]);
    await fill(300);
    expect((await publish(0)).frames).toMatchObject([{ type: "ack", seq: 301, dup: true }]);
  });

  it("must synchronise where that would be too much to read", async () => {
    const retention = { maxEntries: 5000 };
    const rig = createRig(createChat({ retention }), { epoch: "e" });
    await rig.enter("ada");
    for (let n = 0; n < 2400; n++) await rig.hub.publish("@bob", "say", { text: "hi" });
    const { frames } = await rig.send("ada", say("@bob", "hi", "m1", { epoch: "e", after: 0 }));
    expect(frames).toMatchObject([{ code: "sync_required", mid: "m1" }]);
  });

  it("is given up where another log takes the place of the one that is read", async () => {
    const reads: number[] = [];
    let epoch = "e";
    const entry = { ...{ mid: "m0", event: "say", data: null, digest: "d" }, ts: 0 };
    const log: RoomLog = {
      append: async () => ({ status: "behind", epoch: "e", oldest: 1, head: 600 }),
      async read(_room, { after, limit }) {
        reads.push(after);
        const entries = Array.from({ length: limit }, (_, n) => ({ ...entry, seq: after + n + 1 }));
        const page = { epoch, oldest: 1, head: 600, entries };
        epoch = "f";
        return page;
      },
      head: async () => ({ epoch: "e", oldest: 1, head: 600 }),
    };
    const { enter, send } = createRig(createChat(), { log });
    await enter("ada");
    const { frames } = await send("ada", say("@bob", "hi", "m1", { epoch: "e", after: 0 }));
    expect(frames).toMatchObject([{ code: "sync_required", mid: "m1" }]);
    expect(reads).toEqual([0, 256]);
  });

  it("is given up where nothing is listed", async () => {
    let reads = 0;
    const state = { epoch: "e", oldest: 1, head: 600 };
    const log: RoomLog = {
      append: async () => ({ status: "behind", ...state }),
      async read() {
        reads++;
        return { ...state, entries: [] };
      },
      head: async () => state,
    };
    const { enter, send } = createRig(createChat(), { log });
    await enter("ada");
    const { frames } = await send("ada", say("@bob", "hi", "m1", { epoch: "e", after: 0 }));
    expect(frames).toMatchObject([{ code: "sync_required" }]);
    expect(reads).toBe(1);
  });
});
