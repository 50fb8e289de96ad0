import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../src/virtual-clock.ts";

const START = Date.UTC(2026, 0);

describe("createVirtualClock", () => {
  it("starts at a real date and moves only when told to", async () => {
    const clock = createVirtualClock();
    expect(clock.now()).toBe(START);
    await clock.advance(1_500);
    expect(clock.now()).toBe(START + 1_500);
    await clock.advanceTo(START + 1_000);
    expect(clock.now()).toBe(START + 1_500);
    expect(createVirtualClock({ startAt: 7 }).now()).toBe(7);
  });

  it("fires timers by time, then by creation, each at its own time", async () => {
    const clock = createVirtualClock();
    const fired: string[] = [];
    const timer = (name: string, ms: number) =>
      clock.setTimer(ms, () => fired.push(`${name}@${clock.now() - START}`));
    timer("late", 30);
    timer("a", 10);
    timer("b", 10);
    timer("past", -5);
    await clock.advance(29);
    expect(fired).toEqual(["past@0", "a@10", "b@10"]);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(1);
    expect(fired.at(-1)).toBe("late@30");
  });

  it("settles promise chains between timers, and fires what they schedule", async () => {
    const clock = createVirtualClock();
    const seen: number[] = [];
    const loop = async () => {
      for (let turn = 0; turn < 5; turn++) {
        await clock.sleep(10);
        for (let hop = 0; hop < 20; hop++) await undefined;
        seen.push(clock.now() - START);
      }
    };
    const done = loop();
    await clock.advance(50);
    expect(seen).toEqual([10, 20, 30, 40, 50]);
    await done;
  });

  it("cancels", async () => {
    const clock = createVirtualClock();
    const fired: string[] = [];
    const cancels = ["a", "b", "c"].map((name) => clock.setTimer(5, () => fired.push(name)));
    cancels[1]?.();
    await clock.advance(5);
    cancels[0]?.();
    expect(fired).toEqual(["a", "c"]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("moves once after the other", async () => {
    const clock = createVirtualClock();
    const fired: number[] = [];
    clock.setTimer(15, () => fired.push(clock.now() - START));
    await Promise.all([clock.advance(10), clock.advance(10)]);
    expect(fired).toEqual([15]);
    expect(clock.now()).toBe(START + 20);
  });

  it("runs all timers, and stops when there is no end to them", async () => {
    const clock = createVirtualClock();
    clock.setTimer(1_000, () => clock.setTimer(1_000, () => undefined));
    await clock.runAll();
    expect(clock.now()).toBe(START + 2_000);
    const again = () => {
      clock.setTimer(1, again);
    };
    again();
    await expect(clock.runAll(100)).rejects.toThrow("100");
  });

  it("rejects with what a timer throws, and goes on", async () => {
    const clock = createVirtualClock();
    clock.setTimer(1, () => {
      throw new RangeError("boom");
    });
    await expect(clock.advance(10)).rejects.toThrow(RangeError);
    await clock.advance(10);
    expect(clock.now()).toBe(START + 11);
  });

  it("refuses a time that is no number", async () => {
    const clock = createVirtualClock();
    const invalid = { code: "invalid_argument" };
    expect(() => clock.setTimer(Number.NaN, () => undefined)).toThrow(
      expect.objectContaining(invalid),
    );
    await expect(clock.sleep(Number.POSITIVE_INFINITY)).rejects.toMatchObject(invalid);
    await expect(clock.advance(Number.NaN)).rejects.toMatchObject(invalid);
  });
});
