import { describe, expect, it } from "vitest";
import { type PushResult, UnavailableError } from "../src/index.ts";
import { createChat, say } from "./chats.ts";
import { createRig } from "./rig.ts";

/** A room whose pushes take 10 ms each, one after the other, and pages of two. */
async function start(count = 5) {
  const rig = createRig(createChat({ presence: false }), { concurrency: 1, pageSize: 2 });
  let epoch = "";
  for (let n = 0; n < count; n++) {
    const { frames } = await rig.enter(`m${n}`, "lobby");
    epoch = String(frames[1]?.epoch);
  }
  rig.gateway.answer = async (): Promise<PushResult> => {
    await rig.clock.sleep(10);
    return "sent";
  };
  const got = (n: number) => rig.gateway.pushed(`m${n}`, "message").map(({ seq }) => seq);
  const publish = (mid: string, after: number, ms: number) => {
    const data = JSON.stringify(say("lobby", "hi", mid, { epoch, after }));
    return rig.sendRaw("m0", data, rig.clock.now() + ms);
  };
  return { ...rig, epoch, got, publish };
}

describe("a fan-out that meets its deadline", () => {
  it("leaves the rest to the queue, as a job without the message", async () => {
    const { publish, gateway, run, epoch } = await start();
    const { done } = await publish("m1", 0, 15);
    expect(await run(done)).toMatchObject([{ seq: 1, deferred: true }]);
    const job = { room: "lobby", epoch, seq: 1, cursor: expect.anything(), except: "m0" };
    expect(gateway.jobs).toEqual([job]);
  });

  it("is finished by a worker, and a job that runs twice hurts nobody", async () => {
    const { publish, gateway, hub, run, got } = await start();
    await run((await publish("m1", 0, 15)).done);
    const [job] = gateway.jobs;
    if (!job) throw new Error("no job");
    expect(await run(hub.fanOut(job))).toMatchObject({ seq: 1, deferred: false });
    for (let n = 1; n < 5; n++) expect(got(n)).toContain(1);
    const once = got(4).length;
    await run(hub.fanOut(job));
    expect(got(4)).toHaveLength(once + 1);
    expect(new Set(got(4))).toEqual(new Set([1]));
  });

  it("is handed on again and again until everybody is served", async () => {
    const { publish, gateway, hub, run, got, clock } = await start(9);
    await run((await publish("m1", 0, 5)).done);
    let jobs = 0;
    for (let job = gateway.jobs.shift(); job; job = gateway.jobs.shift()) {
      expect(++jobs).toBeLessThan(20);
      await run(hub.fanOut(job, { deadlineAt: clock.now() + 25 }));
    }
    expect(jobs).toBeGreaterThan(1);
    for (let n = 1; n < 9; n++) expect(got(n)).toContain(1);
  });

  it("has its job done again, and not queued, if the time was too short for one page", async () => {
    const { publish, gateway, hub, run, got, clock } = await start(9);
    await run((await publish("m1", 0, 5)).done);
    const [job] = gateway.jobs.splice(0);
    if (!job) throw new Error("no job");
    const short = hub.fanOut(job, { deadlineAt: clock.now() + 5 });
    await expect(run(short)).rejects.toMatchObject({ code: "unavailable" });
    expect(gateway.jobs).toEqual([]);
    expect(got(1)).toHaveLength(1);
    await run(hub.fanOut(job, { deadlineAt: clock.now() + 25 }));
    expect(gateway.jobs).toHaveLength(1);
  });

  it.each([
    [4, "done"],
    [5, "done again"],
  ])("is done again if more pushes fail than succeed: %i of 8 is %s", async (bad, outcome) => {
    const { gateway, hub, run, epoch, publish } = await start(9);
    await run((await publish("m1", 0, 5)).done);
    gateway.jobs.length = 0;
    let pushes = 0;
    gateway.answer = (): PushResult => {
      if (pushes++ < bad) throw new UnavailableError("planned");
      return "sent";
    };
    const job = { room: "lobby", epoch, seq: 1, except: "m0" };
    const result = run(hub.fanOut(job)).then(
      () => "done",
      ({ code }) => (code === "unavailable" ? "done again" : code),
    );
    expect(await result).toBe(outcome);
    expect(gateway.jobs).toEqual([]);
  });

  it("counts who stays throttled among those whose pushes fail", async () => {
    const { gateway, hub, run, epoch, publish } = await start(9);
    await run((await publish("m1", 0, 5)).done);
    const answers: Record<string, PushResult> = {
      m1: "throttled",
      m2: "throttled",
      m3: "throttled",
    };
    gateway.answer = (id): PushResult => {
      if (id === "m4" || id === "m5") throw new UnavailableError("planned");
      return answers[id] ?? "sent";
    };
    const job = run(hub.fanOut({ room: "lobby", epoch, seq: 1, except: "m0" }));
    await expect(job).rejects.toMatchObject({ code: "unavailable" });
  });

  it("leaves its rest to the log where there is no queue", async () => {
    const { options, run, clock, epoch, publish } = await start(9);
    await run((await publish("m1", 0, 5)).done);
    const { queue: _none, ...least } = options;
    const { hub } = createRig(createChat({ presence: false }), {
      ...{ ...least, queue: undefined, concurrency: 1, pageSize: 2, clock },
    });
    const job = hub.fanOut({ room: "lobby", epoch, seq: 1 }, { deadlineAt: clock.now() + 25 });
    expect(await run(job)).toMatchObject({ seq: 1, deferred: true });
  });

  it("is done again if its rest could not be queued", async () => {
    const { gateway, hub, run, faults, clock, epoch, publish } = await start(9);
    await run((await publish("m1", 0, 5)).done);
    faults.fail("queue.enqueue", "before");
    const job = { room: "lobby", epoch, seq: 1 };
    const result = hub.fanOut(job, { deadlineAt: clock.now() + 25 });
    await expect(run(result)).rejects.toMatchObject({ code: "unavailable" });
    expect(gateway.jobs).toHaveLength(1); // That of the publish.
  });

  it("is still acked when the queue does not answer, and the log has it", async () => {
    const { publish, faults, run, send, problems } = await start();
    faults.fail("queue.enqueue", "before");
    const { frames, done } = await publish("m1", 0, 15);
    expect(frames).toMatchObject([{ type: "ack", seq: 1 }]);
    expect(await run(done)).toMatchObject([{ deferred: true }]);
    expect(problems).toHaveLength(1);
    const pong = await send("m4", { type: "ping", rooms: [{ room: "lobby", epoch: "e", seq: 0 }] });
    expect(pong.frames).toMatchObject([{ rooms: [{ head: 1 }] }]);
  });

  it("does nothing for a job of another epoch or of an entry no longer kept", async () => {
    const { hub, epoch, faults, run, publish } = await start();
    await run((await publish("m1", 0, 5000)).done); // So that the other epoch's seq is one of this epoch as well.
    faults.calls.length = 0;
    const none = { sent: 0, gone: 0, deferred: false };
    const other = { room: "lobby", epoch: "other", seq: 1 };
    expect(await run(hub.fanOut(other))).toMatchObject({ seq: 1, ...none });
    expect(await run(hub.fanOut({ room: "lobby", epoch, seq: 9 }))).toMatchObject(none);
    expect(faults.calls).not.toContain("pusher.send");
  });

  it("is retried by the queue when the log does not answer", async () => {
    const { hub, epoch, faults } = await start();
    faults.fail("log.read", "before");
    const job = hub.fanOut({ room: "lobby", epoch, seq: 1 });
    await expect(job).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("a member that is gone", () => {
  it("is closed and said to have left, once, and the others get the message", async () => {
    const left: string[] = [];
    const rig = createRig(
      createChat({
        left: ({ user, room, why }) => void left.push(`${user.userId} ${room} ${why}`),
      }),
    );
    for (const id of ["ada", "bob", "eve"]) await rig.enter(id, "lobby", "attic");
    rig.gateway.answer = (id) => (id === "bob" ? "gone" : "sent");
    const report = await rig.run(rig.hub.publish("lobby", "say", { text: "hi" }));
    expect(report.report).toMatchObject({ sent: 2, gone: 1 });
    const again = await rig.run(rig.hub.publish("attic", "say", { text: "hi" }));
    expect(again.report).toMatchObject({ sent: 2, gone: 0 });
    expect(left.sort()).toEqual(["bob attic gone", "bob lobby gone"]);
    expect(await rig.hub.online("lobby")).toBe(2);
    const { frames, close } = await rig.enter("bob");
    expect(frames).toMatchObject([{ code: "connection_closed" }]);
    expect(close?.code).toBe(4409);
  });
});
