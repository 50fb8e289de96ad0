import { describe, expect, it } from "vitest";
import { matchesPattern } from "../../src/azure/name-pattern.ts";

describe("a pattern of names", () => {
  it.each([
    ["room", "room", true],
    ["room", "rooms", false],
    ["", "", true],
    ["ab*", "ab", true],
    ["ab*", "abcd", true],
    ["ab*", "ab.cd", false],
    ["*", ".", false],
    ["a*c", "a12c", true],
    ["a*c", "a12cd", false],
    ["a*c", "a1.c", false],
    ["a*b*c", "axbxbxc", true],
    ["ab**", "ab.cd.ef", true],
    ["**ab", "cd.ef.ab", true],
    ["**ab", "cd.ef.abc", false],
    ["***", "a\n.b", true],
    ["a?c", "abc", true],
    ["a?c", "a.c", false],
    ["a?c", "ac", false],
    ["a.**.b", "a..b", true],
    ["a*.**.*b", "ab.cd.ef.ab", true],
    ["Room*", "room1", false],
    ["a\\*b", "a*b", true],
    ["a\\*b", "axb", false],
    ["a\\?b", "axb", false],
    ["a\\\\b", "a\\b", true],
    ["a\\b", "a\\b", false],
    ["a\\", "a\\", false],
    ["*1*2*3*4*", "a1b2c3d4e", true],
    ["*1*2*3*4*5*", "a1b2c3d4e5f", false],
  ])("%j and the name %j", (pattern, name, matches) => {
    expect(matchesPattern(pattern, name)).toBe(matches);
  });

  it("takes no longer for a name that almost matches", () => {
    const name = "a".repeat(1024);
    expect(matchesPattern("**a**a**a**a**b", name)).toBe(false);
  });
});
