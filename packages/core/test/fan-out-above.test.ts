import { describe, expect, it } from "vitest";
import { createHub } from "../src/index.ts";
import { createChat, say } from "./chats.ts";
import { createRig } from "./rig.ts";

/** A room of `count`, with everything beyond `fanOutAbove` for the queue. */
async function start(count: number, options: { fanOutAbove?: number; pageSize?: number }) {
  const rig = createRig(createChat({ presence: false }), options);
  let epoch = "";
  for (let n = 0; n < count; n++) {
    const { frames } = await rig.enter(`m${n}`, "lobby");
    epoch = String(frames[1]?.epoch);
  }
  const publish = () => rig.send("m0", say("lobby", "hi", "m1", { epoch, after: 0 }));
  const got = () =>
    Array.from({ length: count }, (_, n) => rig.gateway.pushed(`m${n}`, "message").length);
  return { ...rig, epoch, publish, got };
}

describe("a message for a room of more than fanOutAbove", () => {
  it("goes to the queue as one job, after one list and before the first push", async () => {
    const { publish, run, gateway, meter, epoch, got } = await start(4, { fanOutAbove: 3 });
    meter.reset();
    const { frames, done } = await publish();
    expect(frames).toMatchObject([{ type: "ack", seq: 1 }]);
    expect(await run(done)).toMatchObject([{ seq: 1, sent: 0, deferred: true }]);
    expect(gateway.jobs).toEqual([{ room: "lobby", epoch, seq: 1, except: "m0" }]);
    expect(got()).toEqual([0, 0, 0, 0]);
    expect(meter.counts()).toMatchObject({ list: 1 });
  });

  it("is pushed by whoever takes the job, which does not hand it over again", async () => {
    const { publish, run, gateway, hub, got } = await start(4, { fanOutAbove: 3, pageSize: 2 });
    await run((await publish()).done);
    const [job] = gateway.jobs.splice(0);
    if (!job) throw new Error("no job");
    expect(await run(hub.fanOut(job))).toMatchObject({ sent: 3, deferred: false });
    expect(got()).toEqual([0, 1, 1, 1]);
    expect(gateway.jobs).toEqual([]);
  });

  it("goes to the queue for what the server itself says, too", async () => {
    const { hub, run, gateway } = await start(3, { fanOutAbove: 2 });
    const { report } = await run(hub.publish("lobby", "say", { text: "hi" }));
    expect(report).toMatchObject({ sent: 0, deferred: true });
    expect(gateway.jobs).toHaveLength(1);
  });
});

describe("a message that stays with its publisher", () => {
  it("is one for a room of just as many, at the price of one list", async () => {
    const { publish, run, gateway, meter, got } = await start(3, { fanOutAbove: 3 });
    meter.reset();
    await run((await publish()).done);
    expect(got()).toEqual([0, 1, 1]);
    expect(gateway.jobs).toEqual([]);
    expect(meter.counts().list).toBe(1);
  });

  it("is one for a room that takes more than one page otherwise", async () => {
    const { publish, run, gateway, got } = await start(4, { fanOutAbove: 4, pageSize: 2 });
    await run((await publish()).done);
    expect([got(), gateway.jobs]).toEqual([[0, 1, 1, 1], []]);
  });

  it("is one without a bound, and one without a queue", async () => {
    const unbounded = await start(4, { pageSize: 2 });
    await unbounded.run((await unbounded.publish()).done);
    expect(unbounded.got()).toEqual([0, 1, 1, 1]);

    const { options, run, got } = await start(4, { pageSize: 2 });
    const { queue: _, ...withoutQueue } = options;
    const hub = createHub(createChat({ presence: false }), { ...withoutQueue, fanOutAbove: 2 });
    const { report } = await run(hub.publish("lobby", "say", { text: "hi" }));
    expect(report).toMatchObject({ sent: 4, deferred: false });
    expect(got()).toEqual([1, 1, 1, 1]);
  });
});

it("is a whole number of at least 1", async () => {
  const { options } = await start(0, {});
  for (const fanOutAbove of [0, -1, 1.5, Number.NaN]) {
    const create = () => createHub(createChat(), { ...options, fanOutAbove });
    expect(create).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  }
});
