import { describe, expect, it } from "vitest";
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
});
