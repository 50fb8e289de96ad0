import { describe, expect, it } from "vitest";
import { InvalidArgumentError } from "../src/index.ts";
import { decodeKey, encodeKey } from "../src/keys.ts";

describe("encodeKey", () => {
  it.each([
    ["", "_"],
    ["Room-42", "Room-42"],
    ["a/b", "a_2f_b"],
    ["a__b", "a_5f__5f_b"],
    ["\0\n", "_0__a_"],
    ["é🦊", "_e9__1f98a_"],
    ["\u{10ffff}", "_10ffff_"],
    ["\ud83e", "_d83e_"],
  ])("writes %j as %s, which is read back", (id, key) => {
    expect(encodeKey(id)).toBe(key);
    expect(decodeKey(key)).toBe(id);
  });
});

describe("decodeKey", () => {
  it.each([
    "",
    "__",
    "a_",
    "_2f",
    "a/b",
    "x/_2f_",
    "_2f_/",
    "_2F_",
    "_02f_",
    "_61_",
    "_110000_",
    "_1000000_",
    "_d83e__dd8a_",
    "é",
  ])("refuses %j, which encodeKey never writes", (key) => {
    expect(() => decodeKey(key)).toThrow(InvalidArgumentError);
  });
});
