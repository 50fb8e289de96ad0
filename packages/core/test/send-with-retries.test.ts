import { expect, it } from "vitest";
import { sendWithRetries } from "../src/adapter.ts";
import type { PushResult } from "../src/pusher.ts";

function start(results: readonly PushResult[], random = 0.5) {
  const beganAt = Date.UTC(2026, 0);
  let passedMs = 0;
  const clock = {
    now: () => beganAt + passedMs,
    async sleep(ms: number) {
      passedMs += Math.round(ms);
    },
  };
  const tries: number[] = [];
  const send = async () => {
    tries.push(passedMs);
    return results[tries.length - 1] ?? "throttled";
  };
  const parts = { pusher: { send }, clock, random: () => random };
  const run = (leftMs?: number) => {
    const deadlineAt = leftMs === undefined ? undefined : beganAt + leftMs;
    return sendWithRetries(parts, "c", "text", deadlineAt);
  };
  return { run, tries };
}

it("tries three times while it is throttled, 100 ms and 200 ms apart", async () => {
  const { run, tries } = start([]);
  expect(await run()).toBe("throttled");
  expect(tries).toEqual([0, 100, 300]);
});

it.each([
  [0, [0, 50, 150]],
  [0.99, [0, 149, 447]],
])("waits half to one and a half times that, by chance (%d)", async (random, times) => {
  const { run, tries } = start([], random);
  await run();
  expect(tries).toEqual(times);
});

it.each<[PushResult, number]>([
  ["sent", 1],
  ["gone", 1],
])("ends with %s", async (result, count) => {
  const { run, tries } = start([result]);
  expect(await run()).toBe(result);
  expect(tries).toHaveLength(count);
});

it("tells what became of the last try", async () => {
  const { run, tries } = start(["throttled", "gone"]);
  expect(await run()).toBe("gone");
  expect(tries).toHaveLength(2);
});

it.each([
  [300, 2],
  [301, 3],
  [100, 1],
  [0, 1],
  [-1, 1],
])("begins no further try once %d ms have passed that were left", async (leftMs, count) => {
  const { run, tries } = start([]);
  expect(await run(leftMs)).toBe("throttled");
  expect(tries).toHaveLength(count);
});
