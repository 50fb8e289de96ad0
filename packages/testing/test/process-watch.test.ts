import type { FanOutJob, FanOutReport, HubGateway } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { createProcessWatch } from "../src/simulation/process-watch.ts";

const REST: FanOutJob = { room: "lobby", epoch: "e", seq: 3, cursor: "9" };
const WHOLE: FanOutJob = { room: "lobby", epoch: "e", seq: 3 };

/** A process whose jobs last until they are ended, and its queue. */
function watch() {
  const found: string[] = [];
  const ends: (() => void)[] = [];
  const plan = { hurryMs: 200, hasQueue: true, faults: { pushSlow: 0 } };
  const clock = { setTimer: () => () => {} };
  const watched = createProcessWatch({
    ...{ plan, clock },
    violated: (guarantee, what) => void found.push(`${guarantee}: ${what}`),
  });
  const hub = {
    fanOut: () => new Promise<FanOutReport>((resolve) => ends.push(resolve as () => void)),
  };
  const { fanOut } = watched.watchHub(hub as unknown as HubGateway);
  const queue = watched.watchQueue({ async enqueue() {} });
  return { found, ends, work: (job: FanOutJob) => fanOut(job), queue };
}

describe("the watch of a process", () => {
  it("complains of a job that is queued as it was", async () => {
    const { found, work, queue } = watch();
    void work(REST);
    await queue.enqueue({ ...REST });
    expect(found).toEqual(["G9: a job that came to nothing is queued again: e 3 lobby 9"]);
  });

  it("lets a job queue what it has left, and what is queued by no job", async () => {
    const { found, work, queue } = watch();
    await queue.enqueue(WHOLE);
    void work(WHOLE);
    await queue.enqueue(REST);
    await queue.enqueue({ ...WHOLE, seq: 4 });
    expect(found).toEqual([]);
  });

  it("does not take a message of another log for the one of a job", async () => {
    const { found, work, queue } = watch();
    void work(WHOLE);
    await queue.enqueue({ ...WHOLE, epoch: "f" });
    expect(found).toEqual([]);
  });

  it("lets a job that is delivered again queue what is under way already, and no other", async () => {
    const { found, ends, work, queue } = watch();
    const again = work(WHOLE);
    void work(REST);
    await queue.enqueue(REST);
    expect(found).toEqual([]);
    ends[0]?.();
    await again;
    await queue.enqueue(REST);
    expect(found).toHaveLength(1);
  });
});
