import { describe, expect, it } from "vitest";
import type { TableClientLike } from "../../src/table-client.ts";
import { createTableConnectionStore } from "../../src/table-connection-store.ts";

/** A table whose every answer is 503 after so many milliseconds of a clock, and when it was asked. */
function setUp(answerMs: number, options: { timeoutMs?: number } = {}) {
  let time = Date.UTC(2026, 0);
  const start = time;
  const asked: { at: number; signal: AbortSignal | undefined }[] = [];
  const getEntity: TableClientLike["getEntity"] = async (_partition, _row, call) => {
    asked.push({ at: time - start, signal: call?.abortSignal });
    time += answerMs;
    throw Object.assign(new Error("busy"), { statusCode: 503 });
  };
  const never = () => Promise.reject(new Error("not asked for"));
  const client: TableClientLike = {
    ...{ tableName: "chat", getEntity, createEntity: never, updateEntity: never },
    ...{ upsertEntity: never, deleteEntity: never, submitTransaction: never },
    listEntities: () => ({ byPage: () => ({ next: never }) }),
  };
  const sleep = async (ms: number) => {
    time += ms;
  };
  const clock = { now: () => time, sleep };
  const store = createTableConnectionStore(client, { clock, random: () => 0.5, ...options });
  return { store, asked, took: () => time - start };
}

describe("a request to a table that is throttled", () => {
  it("is tried five times while there is time", async () => {
    const { store, asked } = setUp(10);
    await expect(store.get("a")).rejects.toMatchObject({ code: "unavailable" });
    expect(asked.map(({ at }) => at)).toEqual([0, 60, 170, 380, 790]);
  });

  it.each([
    ["4 seconds", 4000, {}, [0, 4050, 8150]],
    ["9,949 ms", 9949, {}, [0, 9999]],
    ["9,950 ms: the wait would end with the time-out", 9950, {}, [0]],
    ["the whole time", 10_000, {}, [0]],
    ["a third of another time-out", 100, { timeoutMs: 300 }, [0, 150]],
  ])("is not tried again after its time-out, for answers that take %s", async (...row) => {
    const [, answerMs, options, times] = row;
    const { store, asked } = setUp(answerMs, options);
    await expect(store.get("a")).rejects.toMatchObject({ code: "unavailable" });
    expect(asked.map(({ at }) => at)).toEqual(times);
  });

  it("has one time-out for all its tries", async () => {
    const { store, asked } = setUp(10);
    await store.get("a").catch(() => undefined);
    expect(new Set(asked.map(({ signal }) => signal)).size).toBe(1);
    expect(asked[0]?.signal).toBeInstanceOf(AbortSignal);
  });
});
