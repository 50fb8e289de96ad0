import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../testing/src/index.ts";
import { type FanOutParts, fanOut } from "../src/fan-out.ts";
import type { Member, PushResult } from "../src/index.ts";

/** A room whose pushes are all answered alike. */
function room(count: number, answer: () => PushResult, changes: Partial<FanOutParts> = {}) {
  const clock = createVirtualClock();
  const waits: number[] = [];
  const sent: string[] = [];
  const problems: string[] = [];
  const note = (text: string) => void problems.push(text);
  const members = Array.from(
    { length: count },
    (_, n): Member => ({ connectionId: `m${n}`, userId: `u${n}`, protocol: "hubbub.v1" }),
  );
  const parts: FanOutParts = {
    clock: { ...clock, sleep: async (ms) => void waits.push(ms) },
    random: () => 0.25,
    logger: { warn: note, error: note },
    store: { members: async () => ({ members }) },
    pusher: {
      async send(connectionId) {
        sent.push(connectionId);
        return answer();
      },
    },
    drop: async () => {},
    ...changes,
  };
  const run = (deadlineAt?: number) =>
    fanOut(parts, { room: "lobby", texts: { "hubbub.v1": "text", plain: undefined }, deadlineAt });
  return { clock, waits, sent, problems, run };
}

describe("fanOut", () => {
  it("waits before each try again, the second time twice as long", async () => {
    const { run, waits, sent } = room(2, () => "throttled");
    expect((await run()).report).toMatchObject({ sent: 0, throttled: 2 });
    expect(waits).toEqual([75, 150]);
    expect(sent).toHaveLength(6);
  });

  it("keeps 1,000 of the throttled for another try, and counts the others at once", async () => {
    const { run, sent } = room(1001, () => "throttled");
    expect((await run()).report.throttled).toBe(1001);
    expect(sent).toHaveLength(3 * 1000 + 1);
  });

  it("waits for nothing when all were reached", async () => {
    const { run, waits } = room(2, () => "sent");
    expect((await run()).report).toMatchObject({ sent: 2, deferred: false });
    expect(waits).toEqual([]);
  });

  it("has no time left at the very deadline", async () => {
    const { run, clock, sent } = room(2, () => "sent");
    expect(await run(clock.now())).toMatchObject({ report: { sent: 0, deferred: true } });
    expect(sent).toEqual([]);
    expect(await run(clock.now() + 1)).toMatchObject({ report: { sent: 2, deferred: false } });
  });

  it("begins no try again after the deadline, and counts who waited for one", async () => {
    const clock = createVirtualClock();
    const tries: string[] = [];
    const { run } = room(10, () => "throttled", {
      ...{ clock, concurrency: 2 },
      pusher: {
        async send(connectionId) {
          tries.push(connectionId);
          await clock.sleep(3000); // As long as a push waits for its answer.
          return "throttled";
        },
      },
    });
    const begin = clock.now();
    let ended = 0;
    const done = run(begin + 20_000).finally(() => {
      ended = clock.now() - begin;
    });
    await clock.advance(120_000);
    expect((await done).report).toMatchObject({ sent: 0, throttled: 10, deferred: false });
    expect(ended).toBeLessThanOrEqual(23_000);
    expect(tries).toHaveLength(14); // Five rounds of two for 15 seconds, then two more.
  });

  it("logs the first of many pushes that fail, and counts them all", async () => {
    const { run, problems } = room(5, () => {
      throw new Error("down");
    });
    expect((await run()).report).toMatchObject({ failed: 5, sent: 0 });
    expect(problems).toHaveLength(1);
  });

  it("reports what it can't clean up or read", async () => {
    const drop = () => Promise.reject(new Error("down"));
    const dead = room(1, () => "gone", { drop });
    expect((await dead.run()).report).toMatchObject({ gone: 1 });
    expect(dead.problems).toHaveLength(1);
    const members = async () => ({ members: [], expired: ["m0", "m1"] });
    const expired = room(0, () => "sent", { drop, store: { members } });
    await expired.run();
    expect(expired.problems).toHaveLength(2);
    const broken = room(0, () => "sent", { store: { members: drop } });
    expect((await broken.run()).report.deferred).toBe(true);
    expect(broken.problems).toHaveLength(1);
  });

  it("has 64 pushes under way, and reads 1,000 members, where nothing else is said", async () => {
    let under = 0;
    let most = 0;
    const limits: number[] = [];
    const members = Array.from(
      { length: 200 },
      (_, n): Member => ({ connectionId: `m${n}`, userId: "u", protocol: "hubbub.v1" }),
    );
    const { run } = room(0, () => "sent", {
      store: {
        async members(_room, { limit }) {
          limits.push(limit);
          return { members };
        },
      },
      pusher: {
        async send() {
          most = Math.max(most, ++under);
          for (let turn = 0; turn < 300; turn++) await Promise.resolve();
          under--;
          return "sent";
        },
      },
    });
    expect((await run()).report.sent).toBe(200);
    expect({ most, limits }).toEqual({ most: 64, limits: [1000] });
  });
});
