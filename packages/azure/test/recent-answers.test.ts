import { expect, it } from "vitest";
import { createRecentAnswers } from "../src/recent-answers.ts";

const MEGABYTE = 1024 * 1024;

it("forgets the oldest answers when all of them are long", async () => {
  const clock = { now: () => 0, sleep: async () => undefined };
  const recent = createRecentAnswers({ clock, maxEvents: 1000, ttlMs: 1000 });
  let worked = 0;
  const work = async () => {
    worked++;
    return { status: 200, body: "x".repeat(MEGABYTE) };
  };
  for (let key = 1; key <= 17; key++) await recent.once(`${key}`, "same", work);
  expect(await recent.once("1", "other", work)).toMatchObject({ status: 200 });
  expect(worked).toBe(18);
  expect(await recent.once("17", "other", work)).toBeUndefined();
  expect(await recent.once("3", "same", work)).toMatchObject({ status: 200 });
  expect(worked).toBe(18);
});
