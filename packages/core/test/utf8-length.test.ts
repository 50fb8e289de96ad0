import { describe, expect, it } from "vitest";
import { utf8Length } from "../src/utf8-length.ts";

describe("utf8Length", () => {
  it.each([
    ["", 0],
    ["a", 1],
    ["\u007f", 1],
    ["\u0080", 2],
    ["é", 2],
    ["\u07ff", 2],
    ["\u0800", 3],
    ["漢", 3],
    ["\ud7ff", 3],
    ["\ue000", 3],
    ["\uffff", 3],
    ["\u{10000}", 4],
    ["🦊", 4],
    ["\u{10ffff}", 4],
    ["\ud83e", 3],
    ["\udd8a", 3],
    ["\udd8a\ud83e", 6],
    ["\ud83e\ud83e\udd8a", 7],
    ["a\ud83e", 4],
    ["漢\udd8a", 6],
    ["\udc00\udd8a", 6],
    ["\ud800漢", 6],
    ["\ud83e\ue000", 6],
    ["\ud83e\uffee", 6],
    ["\ud800\udc00", 4],
    ["\udbff\udfff", 4],
    ["naïve 🦊 漢字", 18],
  ])("counts the bytes of %j", (text, bytes) => {
    expect(utf8Length(text)).toBe(bytes);
  });

  it("is exact up to what is enough, and over it beyond", () => {
    expect(utf8Length("漢漢", 6)).toBe(6);
    expect(utf8Length("漢漢", 5)).toBeGreaterThan(5);
    expect(utf8Length("漢漢", 2)).toBeGreaterThan(2);
    expect(utf8Length("a".repeat(100), 10)).toBeGreaterThan(10);
  });
});
