import { describe, expect, it } from "vitest";
import { scfDeadline } from "../../src/scf-context.ts";

const clock = { now: () => 1_000_000 };
const never = () => Number.NaN;

describe("the end of an invocation", () => {
  it.each<[string, unknown, number, [deadlineAt: number, answerAt: number]]>([
    ["a long time", { time_limit_in_ms: 60_000 }, 2500, [57_500, 59_700]],
    ["exactly twice the margin", { time_limit_in_ms: 5000 }, 2500, [2500, 4700]],
    ["less than twice the margin", { time_limit_in_ms: 4998 }, 2500, [2499, 4698]],
    ["exactly ten times the way back", { time_limit_in_ms: 3000 }, 0, [3000, 2700]],
    ["less than that", { time_limit_in_ms: 2990 }, 0, [2990, 2691]],
    ["what remains", { time_limit_in_ms: 9, getRemainingTimeInMillis: () => 10 }, 2, [8, 9]],
    ["nothing that remains", { getRemainingTimeInMillis: () => 0 }, 2500, [0, 0]],
    ["less than nothing", { getRemainingTimeInMillis: () => -5 }, 2500, [0, 0]],
    ["no number", { time_limit_in_ms: 10, getRemainingTimeInMillis: never }, 0, [10, 9]],
  ])("is found for %s", (_, context, marginMs, [deadlineAt, answerAt]) => {
    expect(scfDeadline(clock, context, marginMs)).toEqual({
      deadlineAt: 1_000_000 + deadlineAt,
      answerAt: 1_000_000 + answerAt,
    });
  });

  it.each<[unknown]>([
    ...[[undefined], [null], ["context"], [{}]],
    ...[[{ time_limit_in_ms: 0 }], [{ time_limit_in_ms: Number.POSITIVE_INFINITY }]],
    [{ time_limit_in_ms: "3000" }],
    [{ getRemainingTimeInMillis: () => Number.POSITIVE_INFINITY }],
  ] as [unknown][])("is not known from %j", (context) => {
    expect(scfDeadline(clock, context, 2500)).toBeUndefined();
  });
});
