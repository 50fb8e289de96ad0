import type { ConnectionStore, FanOutJob, MemberPage, PushResult } from "@hubbub/core";
import { createMemoryConnectionStore, createMemoryRoomLog } from "@hubbub/core/memory";
import { createVirtualClock } from "@hubbub/testing";
import { describe, expect, it } from "vitest";
import {
  createFanOutWorker,
  createLambdaHandler,
  type FanOutWorkerOptions,
  type LambdaHandlerOptions,
} from "../../src/index.ts";
import { deadlineOf, INTEGRATION_TIMEOUT_MS } from "../../src/lambda-deadline.ts";
import { chat } from "../lambda/lambda-kit.ts";

/** A room of so many in memory; how it is read and who is pushed to is written down. */
async function startRoom(count: number, send: () => Promise<PushResult> = async () => "sent") {
  const clock = createVirtualClock();
  let ids = 0;
  const ports = { clock, random: () => 0.5, id: () => `id-${++ids}` };
  const memory = createMemoryConnectionStore(ports);
  const limits: number[] = [];
  const pushed: string[] = [];
  const jobs: FanOutJob[] = [];
  const store: ConnectionStore = {
    ...memory,
    members(room, page): Promise<MemberPage> {
      limits.push(page.limit);
      return memory.members(room, page);
    },
  };
  const connection = { protocol: "hubbub.v1", rooms: [], connectedAt: 0 } as const;
  for (let n = 0; n < count; n++) {
    const user = { userId: `u${n}` };
    await store.open({ connectionId: `c${n}`, user, expiresAt: Infinity, ...connection });
    await store.join(`c${n}`, "lobby");
  }
  const pusher = {
    send(connectionId: string) {
      pushed.push(connectionId);
      return send();
    },
    close: async () => undefined,
  };
  const queue = { enqueue: async (job: FanOutJob) => void jobs.push(job) };
  const options = { ...ports, store, log: createMemoryRoomLog(ports), pusher };
  const publish = (more: Partial<LambdaHandlerOptions> = {}) =>
    createLambdaHandler(chat, { ...options, ...more }).hub.publish("lobby", "say", { text: "hi" });
  return { clock, options, queue, jobs, pushed, limits, publish };
}

/** A worker, a message in the log, and how the worker does it with so much time left. */
async function startWorker(count: number, options: Partial<FanOutWorkerOptions> = {}, pushMs = 0) {
  const atOnce = { now: 0, most: 0 };
  const wait = async (): Promise<PushResult> => {
    if (!begun) return "sent";
    atOnce.most = Math.max(atOnce.most, ++atOnce.now);
    if (pushMs > 0) await room.clock.sleep(pushMs);
    atOnce.now--;
    return "sent";
  };
  let begun = false;
  const room = await startRoom(count, wait);
  const { epoch, seq } = await room.publish();
  const worker = createFanOutWorker(chat, { ...room.options, queue: room.queue, ...options });
  const body = JSON.stringify({ room: "lobby", epoch, seq });
  return {
    ...{ ...room, atOnce },
    async run(remainingMs: number) {
      begun = true;
      for (const list of [room.pushed, room.limits]) list.length = 0;
      const until = room.clock.now() + remainingMs;
      const context = { getRemainingTimeInMillis: () => until - room.clock.now() };
      void worker({ Records: [{ messageId: "1", body }] }, context); // Nobody waits for its end.
      await room.clock.advance(remainingMs);
    },
  };
}

describe("what a function does by default", () => {
  it.each([
    [200, { pushes: 200, jobs: 0, limits: [200] }],
    [201, { pushes: 0, jobs: 1, limits: [200] }],
  ])("of a message for %i members with a queue", async (count, expected) => {
    const { publish, pushed, jobs, limits, queue } = await startRoom(count);
    await publish({ queue });
    expect({ pushes: pushed.length, jobs: jobs.length, limits }).toEqual(expected);
  });

  it("is 64 pushes at once, a thousand members at a time", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { publish, pushed, limits } = await startRoom(1001, async () => {
      await held;
      return "sent";
    });
    const published = publish();
    await expect.poll(() => pushed.length).toBe(64);
    await new Promise((resolve) => setImmediate(resolve));
    expect(pushed).toHaveLength(64);
    release();
    await published;
    expect(pushed).toHaveLength(1001);
    expect(limits).toEqual([1000, 1000]);
  });

  it("ends 4 seconds before its time, in the middle of less than 8, and 25 after its event at most", () => {
    const at = (remainingMs: number, limitMs?: number) =>
      deadlineOf({ now: () => 0 }, { getRemainingTimeInMillis: () => remainingMs }, 4000, limitMs);
    expect([at(8001), at(8000), at(7999)]).toEqual([4001, 4000, 3999.5]);
    expect([at(29_001), at(900_000)]).toEqual([25_001, 896_000]);
    expect(INTEGRATION_TIMEOUT_MS).toBe(29_000);
    expect(at(900_000, INTEGRATION_TIMEOUT_MS)).toBe(25_000);
  });
});

describe("what a worker does by default", () => {
  it.each([
    [10_000, 6],
    [10_001, 7],
  ])("with %i ms left begins no push in its last 4 seconds", async (remainingMs, pushes) => {
    const { run, pushed } = await startWorker(20, { concurrency: 1, pageSize: 1 }, 1000);
    await run(remainingMs);
    expect(pushed).toHaveLength(pushes);
  });

  it("is half of 7,000 pushes a second, since two workers run at once", async () => {
    const { run, pushed, limits } = await startWorker(8000, { marginMs: 0 });
    await run(1000);
    // A tenth of a second's share may leave at once; times are rounded.
    expect([3849, 3850]).toContain(pushed.length);
    expect(new Set(limits)).toEqual(new Set([1000]));
  });

  it.each([
    [{}, 64],
    [{ concurrency: 65 }, 65],
    [{ pushesPerSecond: 128 }, 64],
    [{ pushesPerSecond: 126 }, 63],
    [{ pushesPerSecond: 20, concurrency: 65 }, 10],
  ])("has no more pushes at once than a second's share, and 64: %j", async (options, most) => {
    const { run, atOnce } = await startWorker(80, { marginMs: 0, ...options }, 60_000);
    await run(30_000);
    expect(atOnce.most).toBe(most);
  });

  it.each([
    [{ pushesPerSecond: 1000 }, 1000],
    [{ pushesPerSecond: 999 }, 999],
    [{ pushesPerSecond: 999, pageSize: 2000 }, 999],
    [{ pageSize: 500 }, 500],
    [{ pushesPerSecond: 1000, maximumConcurrency: 1000 }, 2],
  ])(
    "reads no more than two seconds' share, and a thousand members: %j",
    async (options, limit) => {
      const { run, limits } = await startWorker(3, options);
      await run(0);
      expect(limits[0]).toBe(limit);
    },
  );
});

describe("the bounds of options", () => {
  type Options = Partial<LambdaHandlerOptions & FanOutWorkerOptions>;
  const handler = async (options: Options) => {
    const room = await startRoom(0);
    createLambdaHandler(chat, { ...room.options, ...options });
  };
  const worker = async (options: Options) => {
    const room = await startRoom(0);
    createFanOutWorker(chat, { ...room.options, queue: room.queue, ...options });
  };
  it.each([
    ["fanOutAbove", handler, [1, 1e6], [0, 0.5, Number.NaN, "200"]],
    ["marginMs", handler, [0, 1e6], [-1, Number.NaN]],
    ["maximumConcurrency", worker, [2, 1000], [1, 1001, "2"]],
    ["pushesPerSecond", worker, [2, 1e6], [0, 1.9, Number.NaN]],
    ["marginMs", worker, [0], [-1]],
  ])("%s", async (name, create, good, bad) => {
    for (const value of good) await create({ [name]: value });
    for (const value of bad) {
      await expect(create({ [name]: value })).rejects.toMatchObject({
        code: "invalid_argument",
        message: expect.stringContaining(name),
      });
    }
  });

  it("of heartbeats is what API Gateway bears of silence", async () => {
    const { options } = await startRoom(0);
    const create = (heartbeatMs: number) => createLambdaHandler({ ...chat, heartbeatMs }, options);
    create(599_999);
    expect(() => create(600_000)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });
});
