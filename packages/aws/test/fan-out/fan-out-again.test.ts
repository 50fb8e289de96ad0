import type { PushResult } from "@hubbub/core";
import { UnavailableError } from "@hubbub/core";
import { createMemoryConnectionStore } from "@hubbub/core/memory";
import { createVirtualClock } from "@hubbub/testing";
import { describe, expect, it } from "vitest";
import { COUNT, startWorker } from "./worker-kit.ts";

/** A pusher that does this to the nth push, each of which takes a second. */
const pushing = (result: (nth: number) => PushResult | "failed", clock: () => Promise<void>) => {
  let pushes = 0;
  return {
    async send(): Promise<PushResult> {
      const outcome = result(pushes++);
      await clock();
      if (outcome === "failed") throw new UnavailableError("refused");
      return outcome;
    },
    close: async () => undefined,
  };
};

describe("a job whose pushes mostly fail", () => {
  it.each(["failed", "throttled"] as const)(
    "and whose time ends is handed back, and its rest is not queued as well: %s",
    async (result) => {
      const kit = await startWorker({
        pusher: pushing(
          () => result,
          () => kit.clock.sleep(1000),
        ),
      });
      expect(await kit.run(9500, kit.job)).toEqual(["r0"]);
      expect(kit.jobs).toEqual([]); // Each of the job's deliveries would queue it once more.
    },
  );

  it.each([
    [6, []],
    [7, ["r0"]],
  ])("is done again if more than half do: %i of 12", async (bad, handedBack) => {
    const pusher = pushing(
      (nth) => (nth < bad ? "failed" : "sent"),
      async () => {},
    );
    const { run, job } = await startWorker({ pusher });
    expect(await run(60_000, job)).toEqual(handedBack);
  });
});

describe("a job whose room can't be read", () => {
  it("is handed back, and not queued as well", async () => {
    const clock = createVirtualClock();
    const store = createMemoryConnectionStore({ clock });
    store.members = async () => Promise.reject(new UnavailableError("down"));
    const { run, job, jobs } = await startWorker({ store });
    expect(await run(60_000, job)).toEqual(["r0"]);
    expect(jobs).toEqual([]);
  });
});

describe("a job that is delivered twice", () => {
  it("at once gives everybody the same frame twice", async () => {
    const { worker, job, got, texts, clock } = await startWorker();
    const event = { Records: [{ messageId: "r0", body: JSON.stringify(job) }] };
    const both = Promise.all([worker(event), worker(event)]);
    await clock.advance(60_000);
    expect(await both).toEqual([{ batchItemFailures: [] }, { batchItemFailures: [] }]);
    expect(got).toHaveLength(2 * COUNT);
    expect(new Set(got).size).toBe(COUNT);
    expect(new Set(texts).size).toBe(1);
    expect(JSON.parse(texts[0] ?? "")).toMatchObject({ seq: job.seq, epoch: job.epoch });
  });
});
