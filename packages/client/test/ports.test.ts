import { afterEach, describe, expect, it, vi } from "vitest";
import { randomId, secureRandom, setTimer } from "../src/ports.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the timer", () => {
  it("runs once after its time, unless it is cancelled", () => {
    vi.useFakeTimers();
    const ran: string[] = [];
    setTimer(1000, () => ran.push("kept"));
    const cancel = setTimer(1000, () => ran.push("cancelled"));
    vi.advanceTimersByTime(999);
    expect(ran).toEqual([]);
    cancel();
    vi.advanceTimersByTime(5000);
    expect(ran).toEqual(["kept"]);
  });

  it("does not fire at once where the platform's would, beyond 2^31 - 1 ms", () => {
    const waits: (number | undefined)[] = [];
    vi.stubGlobal("setTimeout", (_run: () => void, ms?: number) => waits.push(ms));
    for (const ms of [1000, 2 ** 31 - 1, 2 ** 31]) setTimer(ms, () => {});
    expect(waits).toEqual([1000, 2 ** 31 - 1, 2 ** 31 - 1]);
  });
});

describe("secureRandom", () => {
  it("is from 0 up to, not including, 1", () => {
    let word = 0;
    vi.stubGlobal("crypto", { getRandomValues: (array: Uint32Array) => array.fill(word) });
    expect(secureRandom()).toBe(0);
    word = 2 ** 31;
    expect(secureRandom()).toBe(0.5);
    word = 2 ** 32 - 1;
    expect(secureRandom()).toBeLessThan(1);
    expect(secureRandom()).toBeGreaterThan(0.999);
  });
});

describe("randomId", () => {
  it("has 25 characters from 0 to z", () => {
    expect(randomId(() => 0)).toBe("0".repeat(25));
    expect(randomId(() => 0.9999)).toBe("z".repeat(25));
    const parts = [0.5, 0.3];
    expect(randomId(() => parts.reverse()[0] ?? 0)).toMatch(/^(ai)+a$/);
  });
});
