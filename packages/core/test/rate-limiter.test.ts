import { describe, expect, it } from "vitest";
import { createRateLimiter } from "../src/rate-limiter.ts";

function start(perSecond: number, burst: number) {
  const clock = { time: Date.UTC(2026, 0), now: () => clock.time };
  const limiter = createRateLimiter(clock, { perSecond, burst });
  const takeAll = (key: string) => {
    let taken = 0;
    while (limiter.take(key) === 0) taken++;
    return taken;
  };
  return { clock, limiter, takeAll };
}

describe("createRateLimiter", () => {
  it("lets a burst pass, and then as many as the rate allows", () => {
    const { clock, takeAll } = start(20, 60);
    expect(takeAll("a")).toBe(60);
    clock.time += 1000;
    expect(takeAll("a")).toBe(20);
    clock.time += 60_000;
    expect(takeAll("a")).toBe(60);
  });

  it("says exactly how long to wait", () => {
    const { clock, limiter, takeAll } = start(4, 1);
    takeAll("a");
    expect(limiter.take("a")).toBe(250);
    clock.time += 125;
    expect(limiter.take("a")).toBe(125);
    clock.time += 124;
    expect(limiter.take("a")).toBeGreaterThan(0);
    clock.time += 1;
    expect(limiter.take("a")).toBe(0);
  });

  it("gives nothing and takes nothing when the clock is set back", () => {
    const { clock, limiter, takeAll } = start(10, 10);
    expect(takeAll("a")).toBe(10);
    clock.time -= 60 * 60 * 1000;
    expect(takeAll("a")).toBe(0);
    expect(limiter.take("a")).toBe(100);
    clock.time += 1000;
    expect(takeAll("a")).toBe(10);
  });

  it("counts every key on its own, and forgets one", () => {
    const { limiter, takeAll } = start(1, 2);
    expect(takeAll("a")).toBe(2);
    expect(takeAll("b")).toBe(2);
    limiter.delete("a");
    expect(takeAll("a")).toBe(2);
    expect(takeAll("__proto__")).toBe(2);
  });

  it("keeps 50,000 keys, and forgets the one that came first", () => {
    const { limiter } = start(1, 1);
    for (let n = 0; n < 50_000; n++) limiter.take(`key-${n}`);
    expect(limiter.take("key-0")).toBeGreaterThan(0);
    limiter.take("one more");
    expect(limiter.take("key-1")).toBeGreaterThan(0);
    expect(limiter.take("key-0")).toBe(0);
  });

  it("limits nothing at an infinite rate", () => {
    for (const [perSecond, burst] of [
      [Infinity, 10],
      [10, Infinity],
    ] as const) {
      const { limiter } = start(perSecond, burst);
      for (let n = 0; n < 1000; n++) expect(limiter.take("a")).toBe(0);
    }
  });
});
