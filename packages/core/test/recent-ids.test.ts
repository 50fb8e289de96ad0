import { expect, it } from "vitest";
import { createRecentIds } from "../src/recent-ids.ts";

it("says of an id whether it is new, until it is deleted", () => {
  const ids = createRecentIds();
  expect(ids.add("a")).toBe(true);
  expect(ids.add("a")).toBe(false);
  ids.delete("a");
  expect(ids.add("a")).toBe(true);
});

it("remembers the latest 50,000", () => {
  const ids = createRecentIds();
  for (let n = 0; n < 50_000; n++) ids.add(`id-${n}`);
  expect(ids.add("id-0")).toBe(false);
  ids.add("one more");
  expect(ids.add("id-1")).toBe(false);
  expect(ids.add("id-0")).toBe(true);
});
