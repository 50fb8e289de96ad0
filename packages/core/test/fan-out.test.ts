import { describe, expect, it } from "vitest";
import { createSeededRandom, createVirtualClock } from "../../testing/src/index.ts";
import { type FanOutParts, type FanOutTask, fanOut } from "../src/fan-out.ts";
import type { Member, MemberPage, PushResult } from "../src/index.ts";

type Answer = PushResult | Error;

/** A room of members m0, m1, …, with what a push to each of them answers, try by try. */
function room(count: number, answers: Record<string, Answer[]> = {}) {
  const clock = createVirtualClock();
  const tries: string[] = [];
  const dropped: string[] = [];
  const pages = { failAt: undefined as string | undefined, expired: [] as string[], ms: 0 };
  let under = 0;
  let most = 0;
  const all = Array.from(
    { length: count },
    (_, n): Member => ({ connectionId: `m${n}`, userId: `u${n}`, protocol: "hubbub.v1" }),
  );
  const parts: FanOutParts = {
    clock,
    random: createSeededRandom(1),
    store: {
      async members(_room, { cursor = "0", limit }): Promise<MemberPage> {
        if (cursor === pages.failAt) throw new Error("list failed");
        const end = Number(cursor) + limit;
        const next = end < count ? String(end) : undefined;
        const members = all.slice(Number(cursor), end);
        const expired = cursor === "0" ? pages.expired : [];
        return { members, expired, ...(next ? { cursor: next } : {}) };
      },
    },
    pusher: {
      async send(connectionId) {
        tries.push(connectionId);
        most = Math.max(most, ++under);
        if (pages.ms > 0) await clock.sleep(pages.ms);
        else await Promise.resolve();
        under--;
        const list = answers[connectionId] ?? [];
        const answer = (list.length > 1 ? list.shift() : list[0]) ?? "sent";
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    drop: async (connectionId, why) => void dropped.push(`${connectionId} ${why}`),
  };
  const task: FanOutTask = { room: "r", texts: { "hubbub.v1": "text", plain: undefined } };
  async function run(changes: Partial<FanOutParts> = {}, more: Partial<FanOutTask> = {}) {
    const outcome = fanOut({ ...parts, ...changes }, { ...task, ...more });
    let settled = false;
    const finish = () => {
      settled = true;
    };
    outcome.then(finish, finish);
    while (!settled) await clock.advance(10);
    return outcome;
  }
  return { parts, clock, tries, dropped, pages, run, most: () => most };
}

const sum = ({ sent = 0, gone = 0, throttled = 0, tooLarge = 0, failed = 0 }) =>
  sent + gone + throttled + tooLarge + failed;

describe("fanOut", () => {
  it("reaches everybody once, over many pages, with bounded concurrency", async () => {
    const { run, tries, most } = room(1000);
    const { report, rest } = await run({ concurrency: 7, pageSize: 64 });
    expect(report).toMatchObject({ sent: 1000, deferred: false });
    expect(rest).toBeUndefined();
    expect(new Set(tries).size).toBe(1000);
    expect(tries).toHaveLength(1000);
    expect(most()).toBe(7);
  });

  it("leaves the sender and other protocols out", async () => {
    const { run, tries } = room(5);
    expect((await run({}, { except: "m3" })).report.sent).toBe(4);
    expect(tries).not.toContain("m3");
    const nobody = await run({}, { texts: { "hubbub.v1": undefined, plain: "text" } });
    expect(nobody.report).toMatchObject({ sent: 0, deferred: false });
  });

  it("counts every outcome, and stops for none", async () => {
    const { run, dropped } = room(100, {
      m0: [new Error("403")],
      m1: ["gone"],
      m2: ["too-large"],
      m3: ["throttled"],
      m4: ["throttled", "sent"],
      m5: ["throttled", "gone"],
      m6: ["throttled", new Error("broken")],
    });
    const { report } = await run({ concurrency: 3, pageSize: 10 });
    expect(report).toMatchObject({ sent: 94, gone: 2, tooLarge: 1, throttled: 1, failed: 2 });
    expect(sum(report)).toBe(100);
    expect(dropped.sort()).toEqual(["m1 gone", "m5 gone"]);
  });

  it("goes on when removing the dead fails", async () => {
    const { run } = room(50, { m0: ["gone"], m1: ["gone"] });
    const drop = () => Promise.reject(new Error("delete failed"));
    const { report } = await run({ drop, concurrency: 1 });
    expect(report).toMatchObject({ sent: 48, gone: 2 });
  });

  it("tries a throttled push three times at most, later each time, with jitter", async () => {
    const times: number[] = [];
    const { run, clock, tries } = room(2, { m0: ["throttled"], m1: ["throttled"] });
    const random = createSeededRandom(4);
    const start = clock.now();
    const { report } = await run({
      random: () => {
        const value = random();
        times.push(value);
        return value;
      },
    });
    expect(report).toMatchObject({ sent: 0, throttled: 2 });
    expect(tries.filter((id) => id === "m0")).toHaveLength(3);
    expect(times).toHaveLength(2);
    const [a = 0, b = 0] = times;
    const waited = 100 * (0.5 + a) + 200 * (0.5 + b);
    expect(clock.now() - start).toBeGreaterThanOrEqual(waited);
    expect(clock.now() - start).toBeLessThan(waited + 20);
  });

  it("serves all others before it tries the throttled again", async () => {
    const { run, tries } = room(30, { m0: ["throttled", "sent"] });
    await run({ concurrency: 2, pageSize: 7 });
    expect(tries.at(-1)).toBe("m0");
    expect(tries).toHaveLength(31);
  });

  it("drops members whose lease has ended, even if that fails", async () => {
    const { run, dropped, pages } = room(3);
    pages.expired = ["old1", "old2"];
    expect((await run()).report.sent).toBe(3);
    expect(dropped).toEqual(["old1 expired", "old2 expired"]);
    const drop = () => Promise.reject(new Error("delete failed"));
    expect((await run({ drop })).report).toMatchObject({ sent: 3, gone: 0 });
  });

  it("stops at the deadline, with the cursor of the first page not done", async () => {
    const { run, clock, pages, tries } = room(100);
    pages.ms = 10;
    const deadlineAt = clock.now() + 95;
    const { report, rest } = await run({ concurrency: 5, pageSize: 20 }, { deadlineAt });
    expect(report.deferred).toBe(true);
    expect(rest).toEqual({ cursor: "40" });
    const missed = await run({ concurrency: 5, pageSize: 20 }, { cursor: rest?.cursor });
    expect(missed.report).toMatchObject({ sent: 60, deferred: false });
    expect(new Set(tries).size).toBe(100);
  });

  it("defers everything when the deadline has passed before it begins", async () => {
    const { run, clock, tries } = room(10);
    const { report, rest } = await run({}, { deadlineAt: clock.now() - 1 });
    expect(report).toMatchObject({ sent: 0, deferred: true });
    expect(rest).toEqual({ cursor: undefined });
    expect(tries).toEqual([]);
  });

  it("has nothing to defer in an empty room", async () => {
    const { run, clock } = room(0);
    const { report } = await run({}, { deadlineAt: clock.now() - 1 });
    expect(report).toMatchObject({ sent: 0, deferred: false });
  });

  it("does not try the throttled again beyond the deadline", async () => {
    const { run, clock, tries } = room(3, { m1: ["throttled"] });
    const { report } = await run({}, { deadlineAt: clock.now() + 40 });
    expect(report).toMatchObject({ sent: 2, throttled: 1 });
    expect(tries).toHaveLength(3);
  });

  it("defers from the page that can't be read", async () => {
    const { run, pages } = room(60);
    pages.failAt = "40";
    const { report, rest } = await run({ concurrency: 4, pageSize: 20 });
    expect(report).toMatchObject({ sent: 40, deferred: true });
    expect(rest).toEqual({ cursor: "40" });
  });

  it("keeps its numbers together over random outcomes", async () => {
    const random = createSeededRandom(8);
    const kinds: Answer[] = ["sent", "sent", "gone", "throttled", "too-large", new Error("x")];
    for (let run = 0; run < 20; run++) {
      const answers: Record<string, Answer[]> = {};
      for (let n = 0; n < 200; n++) {
        answers[`m${n}`] = [1, 2, 3].map(() => kinds[Math.floor(random() * 6)] as Answer);
      }
      const engine = room(200, answers);
      const { report } = await engine.run({ concurrency: 1 + run, pageSize: 1 + run * 7 });
      expect(sum(report)).toBe(200);
      expect(new Set(engine.tries).size).toBe(200);
      expect(engine.dropped).toHaveLength(report.gone);
    }
  });
});
