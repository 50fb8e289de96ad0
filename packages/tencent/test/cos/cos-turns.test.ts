import { describe, expect, it } from "vitest";
import { startCosKit } from "./cos-kit.ts";

const kit = await startCosKit();

describe("appends of one process to one room", () => {
  const entry = (mid: string) => ({
    ...{ mid, event: "say", data: mid, ts: kit.clock.now(), digest: mid },
  });
  const mids = Array.from({ length: 20 }, (_, index) => `m${index}`);

  it("follow each other, so that none races for a slot", async () => {
    const log = kit.log({ prefix: kit.prefix() });
    await log.append("lobby", entry("first"));
    const before = kit.meter.counts();
    const results = await Promise.all(mids.map((mid) => log.append("lobby", entry(mid))));
    expect(results.map((result) => "seq" in result && result.seq)).toEqual(
      mids.map((_, index) => index + 2),
    );
    expect(kit.meter.counts()).toEqual({ ...before, write: before.write + mids.length });
  });

  it("go on when others have failed", async () => {
    const log = kit.log({ prefix: kit.prefix() });
    await log.append("lobby", entry("first"));
    let started = 0;
    kit.cos.faults.requests = ({ action }) => {
      if (action === "PutObject") started++;
      return { error: "AccessDenied" };
    };
    const all = mids.map((mid) => log.append("lobby", entry(mid)).catch(() => "failed"));
    expect(await Promise.all(all)).toEqual(mids.map(() => "failed"));
    kit.cos.faults.requests = () => undefined;
    expect(started).toBeLessThanOrEqual(mids.length);
    expect(await log.append("lobby", entry("last"))).toMatchObject({ status: "appended", seq: 2 });
  });
});
