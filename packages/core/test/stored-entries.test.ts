import { describe, expect, it } from "vitest";
import { createDistrust, toStoredEntries } from "../src/adapter.ts";

const entry = (ts: number) => ({ mid: `m${ts}`, event: "say", data: { ts }, ts, digest: "d" });

describe("toStoredEntries", () => {
  it("puts an empty entry, as young as the next one, where one can't be read", () => {
    const told: number[] = [];
    const values = [entry(10), "damaged", null, entry(20), { ...entry(30), mid: 1 }];
    const slots = values.map((value, index) => ({ seq: index + 4, value }));
    const entries = toStoredEntries(slots, 99, (seq) => void told.push(seq));
    const empty = { mid: "", event: "", data: null, digest: "" };
    expect(entries).toEqual([
      { ...entry(10), seq: 4 },
      { ...empty, ts: 20, seq: 5 },
      { ...empty, ts: 20, seq: 6 },
      { ...entry(20), seq: 7 },
      { ...empty, ts: 99, seq: 8 },
    ]);
    expect(told.sort()).toEqual([5, 6, 8]);
    expect(slots[0]?.seq).toBe(4); // What was found stays in its order.
  });

  it("takes the seq of the slot, not one that stands in the entry", () => {
    const slots = [{ seq: 3, value: { ...entry(1), seq: 7 } }];
    expect(toStoredEntries(slots, 0, () => undefined)).toEqual([{ ...entry(1), seq: 3 }]);
  });
});

describe("createDistrust", () => {
  it("warns once for each place, and does not name it", () => {
    const lines: unknown[][] = [];
    const warn = (...line: unknown[]) => void lines.push(line);
    const distrust = createDistrust({ warn, error: warn });
    distrust("a row", "secret-1", { partition: "p" });
    distrust("a row", "secret-1", { partition: "p" });
    distrust("a row", "secret-2");
    const message = "a row is not as it was stored, and is passed over";
    expect(lines).toEqual([
      [message, { partition: "p" }],
      [message, undefined],
    ]);
  });

  it("forgets the first of 1,001 places, and needs no logger", () => {
    let warnings = 0;
    const warn = () => void warnings++;
    const distrust = createDistrust({ warn, error: warn });
    for (let place = 0; place < 1000; place++) distrust("a row", String(place));
    distrust("a row", "0");
    expect(warnings).toBe(1000);
    distrust("a row", "1000");
    distrust("a row", "1000");
    expect(warnings).toBe(1001);
    distrust("a row", "0");
    expect(warnings).toBe(1002);
    expect(() => createDistrust(undefined)("a row", "1")).not.toThrow();
  });
});
