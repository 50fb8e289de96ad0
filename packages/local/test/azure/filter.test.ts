import { describe, expect, it } from "vitest";
import { parseFilter } from "../../src/azure/filter/filter.ts";

const ada = { userId: "ada", connectionId: "c1", groups: ["lobby", "attic"], protocol: undefined };
const nobody = { ...ada, userId: undefined, groups: [] };

describe("a filter", () => {
  it.each([
    ["userId eq 'ada'", true, false],
    ["userid ne 'ada'", false, true],
    ["userId eq null", false, true],
    ["null ne userId", true, false],
    ["connectionId eq 'c1'", true, true],
    ["protocol eq null", true, true],
    ["'lobby' in groups", true, false],
    ["'cellar' in groups", false, false],
    ["userId in ('eve', 'ada')", true, false],
    ["userId in ('eve')", false, false],
    ["not (userId eq 'ada')", false, true],
    ["not true or true", true, true],
    ["true or false and false", true, true],
    ["(true or true) and false", false, false],
    ["true eq false eq false", true, true],
    ["length(groups) gt 1", true, false],
    ["length(groups) ge 2", true, false],
    ["length(groups) lt 1", false, true],
    ["length(groups) le 0", false, true],
    ["length(userId) lt 4", true, false],
    ["length(userId) gt -1", true, false],
    ["tolower('ADA') eq userId", true, false],
    ["toupper(userId) eq 'ADA'", true, false],
    ["trim('  ada ') eq userId", true, false],
    ["contains(userId, 'd')", true, false],
    ["startswith(userId, 'ad')", true, false],
    ["endswith(userId,'da')", true, false],
    ["indexof(userId, 'x') eq -1", true, true],
    ["indexof(userId, 'd') eq 1", true, false],
    ["concat(userId, '!') eq 'ada!'", true, false],
    ["substring(userId, 1) eq 'da'", true, false],
    ["substring(userId, 0, 2) eq 'ad'", true, false],
    ["substring(userId, indexof(userId, 'd')) eq 'da'", true, false],
    ["substring(userId, indexof(userId, '@')) eq null", true, true],
    ["substring('ab', 0, -1) eq null", true, true],
    ["'it''s' eq 'it''s'", true, true],
    ["length('it''s') eq 4", true, true],
    ["1 eq '1'", false, false],
  ])("%s", (filter, ofAda, ofNobody) => {
    const test = parseFilter(filter);
    expect([test(ada), test(nobody)]).toEqual([ofAda, ofNobody]);
  });

  it.each([
    ...["", "userId", "userId eq", "eq 'a'", "userId is 'a'", "(true", "true)", "true true"],
    ...["userId eq 'a", "fly(userId)", "length()", "substring(userId)", "length(1) eq 1"],
    ...["name eq 'a'", "'a' gt 'b'", "userId and true", "not userId", "in ('a')", "userId in ()"],
    ...["groups/any(g: g eq 'a')", "1x eq 1", "userId > 'a'"],
    ...["false and length(true) eq 1", "constructor eq 'a'", "toString(userId) eq 'a'"],
    `${"(".repeat(101)}true${")".repeat(101)}`,
    `${"not ".repeat(200_000)}true`,
  ])("refuses %.40s", (filter) => {
    expect(() => parseFilter(filter)).toThrow(expect.objectContaining({ code: "invalid_filter" }));
  });

  it("takes a hundred levels", () => {
    const filter = `${"(".repeat(100)}true${")".repeat(100)}`;
    expect(parseFilter(filter)(ada)).toBe(true);
  });
});
