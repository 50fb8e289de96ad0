import type { Message, Reset } from "@hubbub/client";
import type { StoredEntry } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { checkViews } from "../src/simulation/check-views.ts";

const BOB = { id: "bob" };

/** The log of epoch `a`, and of `b` after it was lost; Bob said `m2` in the first, and again in the second. */
const LOGS: Record<string, string[]> = { a: ["m1", "m2", "m3"], b: ["n1", "m2", "n3", "n4", "n5"] };

const entry = (mid: string, index: number): StoredEntry => ({
  ...{ seq: index + 1, mid, from: BOB, event: "say", data: null, ts: 0, digest: "d" },
});

const message = (epoch: "a" | "b", seq: number): Message => ({
  ...{ epoch, seq, room: "lobby", mid: LOGS[epoch]?.[seq - 1] ?? "", from: BOB, event: "say" },
  ...{ data: null, ts: 0, own: false, backlog: false },
});

const anew: Reset = { epochChanged: true, from: undefined, to: undefined, oldest: 1, head: 0 };
const lost = (from: number, to: number): Reset => ({
  ...{ epochChanged: false, from, to, oldest: to + 1, head: to + 1 },
});

function broken(events: (Message | Reset)[], { start = 0, mayReset = true } = {}): string[] {
  const found: string[] = [];
  checkViews(
    { plan: { mayReset }, violated: (guarantee) => void found.push(guarantee) },
    { log: (_room, epoch = "b") => (LOGS[epoch] ?? []).map(entry) },
    { name: "ada", views: [{ room: { name: "lobby" }, events, start }] },
  );
  return found;
}

const first = [message("a", 1), message("a", 2), anew];

describe("what an application saw", () => {
  it("is right where nothing is missing, or a reset tells of it", () => {
    expect(broken([1, 2, 3].map((seq) => message("a", seq)))).toEqual([]);
    expect(broken([...first, message("b", 1), lost(2, 4), message("b", 5)])).toEqual([]);
  });

  it("need not have again what came from an earlier log, neither before a message nor before a reset", () => {
    expect(broken([...first, message("b", 1), message("b", 3)])).toEqual([]);
    expect(broken([...first, message("b", 1), lost(3, 4), message("b", 5)])).toEqual([]);
  });

  it.each<[string, (Message | Reset)[]]>([
    ["a message is missing", [message("a", 1), message("a", 3)]],
    ["a reset tells of less than is missing", [message("a", 1), lost(3, 3)]],
    ["what a reset leaves out did not come before", [...first, message("b", 1), lost(4, 4)]],
    ["a reset tells of what came", [message("a", 1), message("a", 2), lost(2, 3)]],
    [
      "a reset begins beyond the log",
      [message("a", 1), message("a", 2), message("a", 3), lost(5, 6)],
    ],
  ])("is wrong where %s", (_name, events) => {
    expect(broken(events)).toEqual(["G4"]);
  });

  it("is wrong where it comes twice, or a reset comes though nothing can be lost", () => {
    expect(broken([message("a", 1), message("a", 1)])).toContain("G5");
    expect(broken([message("a", 1), lost(2, 3)], { mayReset: false })).toEqual(["G4"]);
  });
});
