import { describe, expect, it } from "vitest";
import { createContractClock } from "../src/contract-clock.ts";

describe("createContractClock", () => {
  it("starts at a real date and moves only when told to", async () => {
    const clock = createContractClock();
    await clock.sleep(1e9);
    expect(clock.now()).toBe(Date.UTC(2026, 0));
    clock.advance(5);
    expect(clock.now()).toBe(Date.UTC(2026, 0) + 5);
  });

  it("wakes up the longer sleeper later", async () => {
    const { sleep } = createContractClock();
    const woken: string[] = [];
    const nap = async (name: string, ms: number) => {
      await sleep(ms);
      woken.push(name);
    };
    await Promise.all([nap("c", 90.5), nap("a", 0), nap("b", 20)]);
    expect(woken).toEqual(["a", "b", "c"]);
  });
});
