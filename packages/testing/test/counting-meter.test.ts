import { expect, it } from "vitest";
import { createCountingMeter } from "../src/counting-meter.ts";

it("createCountingMeter adds up, gives copies and starts again", () => {
  const meter = createCountingMeter();
  meter.count("write");
  meter.count("push", 3);
  const counts = meter.counts();
  expect(counts).toEqual({ read: 0, write: 1, list: 0, push: 3, broadcast: 0, enqueue: 0 });
  counts.write = 9;
  meter.count("write");
  expect(meter.counts().write).toBe(2);
  meter.reset();
  expect(meter.counts().push).toBe(0);
});
