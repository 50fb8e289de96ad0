import type { Reset } from "@hubbub/client";
import { describe, expect, it } from "vitest";
import { checkCalm } from "../src/simulation/check-calm.ts";

const RESET: Reset = { epochChanged: false, from: 2, to: 3, oldest: 4, head: 4 };

/** What a run showed: by type, how many frames clients sent. */
interface Shown {
  readonly counts?: Readonly<Record<string, number>>;
  readonly sockets?: number;
  readonly slowestMs?: number;
  readonly activeMs?: number;
  readonly inboxes?: readonly string[];
  readonly events?: readonly Reset[];
  /** Whether the log keeps little. */
  readonly mayReset?: boolean;
}

/** Two clients, each in the lobby, where Ada said two things. */
function broken(shown: Shown): string[] {
  const { counts = {}, sockets = 2, slowestMs = 0, activeMs = 30_000 } = shown;
  const { inboxes = [], events = [], mayReset = true } = shown;
  const found: string[] = [];
  const view = { room: { name: "lobby" }, events: [...events] };
  const ada = { name: "ada", views: [view], attempts: ["lobby", "lobby", ...inboxes] };
  const bob = { name: "bob", views: [view], attempts: [] };
  checkCalm(
    {
      plan: { activeMs, latencyMs: 100, storeMs: 10, mayReset },
      violated: (guarantee, message) => void found.push(`${guarantee}: ${message}`),
    },
    { count: (type) => counts[type] ?? 0, sockets, slowestMs },
    [ada, bob].map((one) => ({ ...one, attempts: one.attempts.map((room) => ({ room })) })),
  );
  return found;
}

describe("a run without faults", () => {
  it("is calm where everything is asked once and nothing is slow", () => {
    expect(broken({ counts: { publish: 2, join: 2 }, slowestMs: 230 })).toEqual([]);
  });

  it("may ask again where it was too fast, or wrote to an inbox for the first time", () => {
    expect(broken({ counts: { publish: 3, join: 3, rate_limited: 1 } })).toEqual([]);
    expect(broken({ inboxes: ["@bob", "@bob"], counts: { publish: 5 } })).toEqual([]);
  });

  it("may read the history in a rush, in which pushes overtake each other", () => {
    expect(broken({ counts: { history: 1 }, activeMs: 3000 })).toEqual([]);
    expect(broken({ counts: { history: 1 }, activeMs: 5000 })).toHaveLength(1);
  });

  it("may come too late then where the log keeps little", () => {
    const rush = { events: [RESET], activeMs: 3000 };
    expect(broken(rush)).toEqual([]);
    expect(broken({ ...rush, mayReset: false })).toHaveLength(2);
  });

  it.each<[string, Shown]>([
    ["3 publishes instead of at most 2", { counts: { publish: 3 } }],
    ["6 publishes instead of at most 5", { inboxes: ["@a", "@a"], counts: { publish: 6 } }],
    ["3 joins instead of at most 2", { counts: { join: 3 } }],
    ["1 history requests instead of at most 0", { counts: { history: 1 } }],
    ["1 own messages pushed to their sender instead of at most 0", { counts: { echo: 1 } }],
    ["3 sockets instead of at most 2", { sockets: 3 }],
    ["231 ms from append to delivery instead of at most 230", { slowestMs: 231 }],
  ])("is not calm with %s", (what, shown) => {
    expect(broken(shown)).toEqual([`calm: ${what}`]);
  });

  it("is not calm where an application is reset", () => {
    expect(broken({ events: [RESET] })).toEqual([
      "calm: ada is reset in lobby",
      "calm: bob is reset in lobby",
    ]);
  });
});
