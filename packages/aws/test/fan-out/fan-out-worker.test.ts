import type { FanOutJob, PushResult } from "@hubbub/core";
import { UnavailableError } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import type { FanOutWorkerOptions } from "../../src/index.ts";
import { COUNT, startWorker as start } from "./worker-kit.ts";

describe("createFanOutWorker", () => {
  it("does a job to the end", async () => {
    const { run, job, got, jobs } = await start();
    expect(await run(900_000, { ...job, except: "c3" })).toEqual([]);
    expect(got).toHaveLength(COUNT - 1);
    expect(got).not.toContain("c3");
    expect(jobs).toEqual([]);
  });

  it("queues what its time is too short for, from where it stopped", async () => {
    const { run, job, got, jobs } = await start();
    let left: FanOutJob | undefined = job;
    for (let rounds = 0; left; rounds++) {
      expect(rounds).toBeLessThan(5);
      expect(await run(9_500, left)).toEqual([]); // Five pushes of a second, in pages of four.
      left = jobs.shift();
    }
    expect(new Set(got).size).toBe(COUNT);
  });

  it("hands a job back that made no progress, and those that it did not begin", async () => {
    const { run, job, jobs, problems } = await start();
    expect(await run(6000, job, { ...job, except: "c1" })).toEqual(["r0", "r1"]);
    expect(jobs).toEqual([]);
    const { room, seq } = job;
    const warning = { level: "warn", details: { room, seq } };
    expect(problems).toMatchObject([warning, warning]); // For whoever finds it with the failed ones.
  });

  it("hands a job back whose rest could not be queued, and says so", async () => {
    const enqueue = async () => Promise.reject(new UnavailableError("down"));
    const { run, job, problems } = await start({ queue: { enqueue } });
    expect(await run(9500, job)).toEqual(["r0"]);
    expect(problems).toHaveLength(1);
  });

  it("hands a job back while the log does not answer", async () => {
    const { run, job, log, got } = await start();
    const { read } = log;
    log.read = async () => Promise.reject(new UnavailableError("down"));
    expect(await run(60_000, job)).toEqual(["r0"]);
    log.read = read;
    expect(await run(60_000, job)).toEqual([]);
    expect(got).toHaveLength(COUNT);
  });

  it("hands a job back whose pushes mostly failed, but not for one bad member", async () => {
    let bad = (_id: string) => true;
    const pusher = {
      async send(connectionId: string): Promise<PushResult> {
        if (bad(connectionId)) throw new UnavailableError("refused");
        return "sent";
      },
      close: async () => undefined,
    };
    const { run, job } = await start({ pusher });
    expect(await run(60_000, job)).toEqual(["r0"]);
    bad = (id) => id === "c5";
    expect(await run(60_000, job)).toEqual([]);
  });

  it("hands a job back that the account's throttle stopped", async () => {
    const pusher = {
      send: async (): Promise<PushResult> => "throttled",
      close: async () => undefined,
    };
    const { run, job } = await start({ pusher });
    expect(await run(60_000, job)).toEqual(["r0"]);
  });

  it("drops what is no job, logged without its body, and goes on", async () => {
    const { run, job, got, problems } = await start();
    expect(await run(900_000, { secret: "text" }, job)).toEqual([]);
    expect(got).toHaveLength(COUNT);
    expect(problems).toMatchObject([{ level: "error", details: { messageId: "r0" } }]);
    expect(JSON.stringify(problems)).not.toContain("secret");
  });

  it("has nothing to do for a message that is no longer kept", async () => {
    const { run, job, got } = await start();
    expect(await run(60_000, { ...job, epoch: "old" }, { ...job, seq: 99 })).toEqual([]);
    expect(got).toEqual([]);
  });

  it("keeps to its share of the rate", async () => {
    const instant = { send: async (): Promise<PushResult> => "sent", close: async () => undefined };
    const { run, job, clock } = await start({
      pusher: instant,
      maximumConcurrency: 5,
      pushesPerSecond: 10,
    });
    const begin = clock.now();
    await run(900_000, job);
    expect(clock.now() - begin).toBeGreaterThanOrEqual(5400); // 12 at 2 a second.
  });

  it.each([
    [2, 7000, 5000],
    [5, 10, 12], // Three seconds at 2 a second: not all of them.
    [1000, 7000, 500],
    [1000, 1000, 100],
  ])(
    "gets on and ends in time, however small its share: %i workers, %i a second, %i members",
    async (maximumConcurrency, pushesPerSecond, count) => {
      const sent: string[] = [];
      const pusher = {
        async send(connectionId: string): Promise<PushResult> {
          sent.push(connectionId);
          return "sent";
        },
        close: async () => undefined,
      };
      const share = { maximumConcurrency, pushesPerSecond };
      const usual = { concurrency: undefined, pageSize: undefined };
      const { run, job, jobs, clock } = await start({ pusher, ...share, ...usual }, count);
      const begin = clock.now();
      expect(await run(6000, job)).toEqual([]);
      expect(clock.now() - begin).toBeLessThan(6000);
      for (let left = jobs.shift(); left; left = jobs.shift()) {
        expect(await run(60_000, left)).toEqual([]);
      }
      expect(new Set(sent).size).toBe(count);
    },
  );

  it("rejects what is no event of a queue, so that it is seen", async () => {
    const { worker } = await start();
    for (const event of [undefined, {}, { Records: "r" }]) {
      await expect(worker(event as never)).rejects.toMatchObject({ code: "invalid_argument" });
    }
  });

  it.each([
    [{ queue: undefined }, /queueUrl/],
    [{ pusher: undefined, callbackUrl: undefined }, /CALLBACK_URL/],
    [{ maximumConcurrency: 1 }, /maximumConcurrency/],
    [{ pushesPerSecond: 0 }, /pushesPerSecond/],
    [{ routeResponse: true }, /routeResponse is not an option/],
  ])("names a wrong option: %j", async (options, message) => {
    await expect(start(options as Partial<FanOutWorkerOptions>)).rejects.toThrow(message);
  });
});
