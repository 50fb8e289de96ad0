import { defineChat, type FanOutJob } from "@hubbub/core";
import { createMemoryConnectionStore } from "@hubbub/core/memory";
import { createVirtualClock } from "@hubbub/testing";
import { describe, expect, it } from "vitest";
import { connect, context, message, startDirect } from "./lambda-direct.ts";
import { chat } from "./lambda-kit.ts";

const HELLO = JSON.stringify([
  { type: "hello", session: "0123456789abcdef" },
  { type: "join", room: "lobby" },
]);

/** A room of `count` where each push takes a second, one after the other. */
async function start({ withQueue = true, routeResponse = false, count = 20 } = {}) {
  const clock = createVirtualClock();
  const jobs: FanOutJob[] = [];
  const pushed: string[] = [];
  const store = createMemoryConnectionStore({ clock });
  let slow = false;
  const { handler } = startDirect({
    ...{ clock, store, concurrency: 1, fanOutAbove: 100, routeResponse },
    ...(withQueue && { queue: { enqueue: async (job: FanOutJob) => void jobs.push(job) } }),
    pusher: {
      async send(connectionId: string) {
        if (slow) await clock.sleep(1000);
        if (slow) pushed.push(connectionId);
        return "sent";
      },
      close: async () => undefined,
    },
  });
  await handler(connect());
  for (let n = 0; n < count; n++) await handler(message({ connectionId: `c${n}=` }, HELLO));
  slow = true;
  const { epoch } = await handler.hub.history("lobby");
  const publish = async (remainingMs?: number) => {
    const frame = { type: "publish", room: "lobby", event: "say", data: { text: "hi" }, mid: "m" };
    const event = message({ connectionId: "c0=" }, JSON.stringify({ ...frame, epoch, after: 0 }));
    const begin = clock.now();
    const until = begin + (remainingMs ?? 0);
    const lambda = { getRemainingTimeInMillis: () => until - clock.now() };
    let ended: number | undefined;
    const answer = handler(event, remainingMs === undefined ? undefined : lambda);
    void answer.finally(() => {
      ended = clock.now() - begin;
    });
    for (let step = 0; step < 1000 && ended === undefined; step++) await clock.advance(100);
    return { tookMs: ended, answer: await answer };
  };
  return { publish, jobs, pushed };
}

describe("a function's time", () => {
  it("ends a fan-out four seconds early, and what is left goes to the queue", async () => {
    const { publish, jobs, pushed } = await start();
    const { tookMs, answer } = await publish(12_000);
    expect(answer).toEqual({ statusCode: 200 });
    expect(tookMs).toBeLessThanOrEqual(9000); // The ack and pushes of a second each, until 8 s.
    expect(jobs).toMatchObject([{ room: "lobby", seq: 1, except: "c0=" }]);
    expect(pushed.length).toBeGreaterThan(5);
  });

  it("is halved where it is short", async () => {
    const { publish, jobs, pushed } = await start();
    expect((await publish(3000)).tookMs).toBeLessThanOrEqual(3000);
    expect(jobs).toHaveLength(1);
    expect(pushed.length).toBeGreaterThan(1);
  });

  it("is no longer than API Gateway waits, however long the function may run", async () => {
    const { publish, jobs, pushed } = await start({ count: 40 });
    expect((await publish(900_000)).tookMs).toBeLessThanOrEqual(26_000);
    expect(jobs).toHaveLength(1);
    expect(pushed.length).toBeGreaterThan(20);
  });

  it("is API Gateway's where nobody tells, and without a queue the rest is left to the log", async () => {
    const { publish, jobs } = await start({ withQueue: false });
    expect((await publish()).answer).toEqual({ statusCode: 200 });
    expect((await (await start({ withQueue: false })).publish(6000)).tookMs).toBeLessThanOrEqual(
      4000,
    );
    expect(jobs).toEqual([]);
    expect(context.stage).toBe("prod");
  });
});

describe("an answer that could ride on the response", () => {
  it("does not wait for a fan-out that takes its time", async () => {
    const { publish, pushed } = await start({ routeResponse: true });
    const { answer, tookMs } = await publish(900_000);
    expect(answer).toEqual({ statusCode: 200 });
    expect(pushed.slice(0, 2)).toContain("c0="); // Right after the first member's, which takes a second.
    expect(tookMs).toBeGreaterThan(10_000);
  });
});

describe("an answer that is throttled", () => {
  it.each([
    [10_000, 3],
    [200, 1], // The wait before the next try ends after the deadline.
  ])("with %i ms left is tried %i times", async (remainingMs, tries) => {
    const clock = createVirtualClock();
    let sent = 0;
    const { handler } = startDirect({
      ...{ clock, random: () => 0.9 },
      pusher: {
        async send() {
          sent++;
          return "throttled";
        },
        close: async () => undefined,
      },
    });
    await handler(connect());
    const until = clock.now() + remainingMs;
    const answer = handler(message(), { getRemainingTimeInMillis: () => until - clock.now() });
    await expect.poll(() => sent).toBe(1); // A guest's id is a digest, which takes real time.
    await clock.advance(1000);
    expect(await answer).toEqual({ statusCode: 500 });
    expect(sent).toBe(tries);
  });
});

describe("the arrival of a plain client", () => {
  it.each([
    [1000, 0],
    [30_000, 1000],
  ])(
    "with %i ms left waits %i ms for presence, which may be pushed once a second",
    async (remainingMs, ms) => {
      const clock = createVirtualClock();
      const store = createMemoryConnectionStore({ clock });
      const plain = { room: "lobby", receive: () => undefined, render: () => "text" };
      const { handler } = startDirect(
        { clock, store },
        defineChat({ ...chat.definition, plain, presence: { windowMs: 1000 } }),
      );
      const arrive = async (connectionId: string) => {
        const begin = clock.now();
        const until = begin + remainingMs;
        let ended: number | undefined;
        const answer = handler(
          { ...connect({ connectionId }), headers: {} },
          { getRemainingTimeInMillis: () => until - clock.now() },
        ).finally(() => {
          ended = clock.now() - begin;
        });
        while (ended === undefined) {
          await new Promise(setImmediate); // A guest's id is a digest, which takes real time.
          await clock.advance(1);
        }
        expect(await answer).toMatchObject({ statusCode: 200 });
        return ended;
      };
      await arrive("a=");
      const tookMs = await arrive("b=");
      expect(Math.abs(tookMs - ms)).toBeLessThan(200);
    },
  );
});
