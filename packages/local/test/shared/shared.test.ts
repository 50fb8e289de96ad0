import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSeededRandom } from "../../src/aws.ts";
import { systemClock } from "../../src/shared/local-clock.ts";
import { createTimerScope } from "../../src/shared/timer-scope.ts";
import { createTokenBucket } from "../../src/shared/token-bucket.ts";
import { createWorkTracker } from "../../src/shared/work-tracker.ts";
import { createTestClock } from "../kit.ts";

describe("createSeededRandom", () => {
  it("is the same for the same seed, and spread evenly", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [one, two] = [createSeededRandom(seed), createSeededRandom(seed)];
        const numbers = Array.from({ length: 200 }, one);
        expect(Array.from({ length: 200 }, two)).toEqual(numbers);
        expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
        const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
        expect(Math.abs(mean - 0.5)).toBeLessThan(0.15);
      }),
    );
  });
});

describe("createTokenBucket", () => {
  it("gives its burst at once and then its rate", () => {
    let time = 0;
    const take = createTokenBucket({ ratePerSecond: 100, burst: 5 }, () => time);
    const taken = () => [...Array(20)].filter(take).length;
    expect(taken()).toBe(5);
    time += 30;
    expect(taken()).toBe(3);
    time += 3_600_000;
    expect(taken()).toBe(5);
    time -= 1000; // A clock that goes back takes nothing away.
    expect(taken()).toBe(0);
  });
});

describe("createTimerScope", () => {
  it("cancels its timers together and sets no more", async () => {
    const clock = createTestClock();
    const scope = createTimerScope(clock);
    const fired: string[] = [];
    scope.setTimer(1, () => fired.push("a"));
    const cancel = scope.setTimer(1, () => fired.push("b"));
    cancel();
    await clock.advance(1);
    scope.setTimer(1, () => fired.push("c"));
    scope.end();
    scope.setTimer(1, () => fired.push("d"));
    await clock.advance(10);
    expect([fired, clock.timers]).toEqual([["a"], 0]);
  });

  it("runs on the system's clock", async () => {
    const scope = createTimerScope(systemClock);
    await new Promise<void>((resolve) => scope.setTimer(1, resolve));
    expect(Math.abs(scope.now() - Date.now())).toBeLessThan(1000);
  });
});

describe("createWorkTracker", () => {
  it("is idle when all work has settled, or was given up", async () => {
    const tracker = createWorkTracker();
    await tracker.idle();
    let fail: (error: Error) => void = () => undefined;
    tracker.track(
      new Promise((_resolve, reject) => {
        fail = reject;
      }),
    );
    let idle = false;
    const waiting = tracker.idle().then(() => {
      idle = true;
    });
    await new Promise(setImmediate);
    expect(idle).toBe(false);
    fail(new Error("no matter"));
    await waiting;
    tracker.track(new Promise(() => undefined));
    const given = tracker.idle();
    tracker.giveUp();
    await given;
    expect(idle).toBe(true);
  });
});
