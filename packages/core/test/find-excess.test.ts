import { describe, expect, it } from "vitest";
import { findExcess } from "../src/find-excess.ts";

const find = (text: string) => findExcess(JSON.parse(text), { maxDepth: 6, maxKeys: 16 });
const DEEP = "deeper than 6 levels";
const MANY = "an object with more than 16 keys";
const PROTO = "a key is `__proto__`";

const lists = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
const wide = (keys: number, value: unknown = 1) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: keys }, (_, n) => [`k${n}`, value])));

describe("findExcess", () => {
  it.each([
    [lists(6), undefined],
    [lists(7), DEEP],
    [lists(9_999), DEEP],
    [objects(6), undefined],
    [objects(7), DEEP],
    [`{"a":1,"b":[${objects(4)}],"c":null}`, undefined],
    [`{"a":1,"b":[${objects(5)}],"c":null}`, DEEP],
    [JSON.stringify("[".repeat(500)), undefined],
    [`[${"[],".repeat(100)}[]]`, undefined],
    ["null", undefined],
  ])("counts the levels of %s", (text, found) => {
    expect(find(text)).toBe(found);
  });

  it.each([
    [wide(16), undefined],
    [wide(17), MANY],
    [`[${wide(16)},${wide(16)}]`, undefined],
    [`[${wide(16)},${wide(17)}]`, MANY],
    [`{"a":{"b":${wide(17)}}}`, MANY],
    [wide(16, { a: 1, b: 2 }), undefined],
    [JSON.stringify(Array.from({ length: 100 }, () => 1)), undefined],
    [`{${'"a":1,'.repeat(16)}"a":1}`, undefined],
  ])("counts the keys of each object of %s", (text, found) => {
    expect(find(text)).toBe(found);
  });

  it.each(["__proto__", "\\u005f_proto__", "__pr\\u006fto__", "\\u005F_proto_\\u005f"])(
    "finds the key %s, but not the text",
    (key) => {
      expect(find(`{"a":[{"${key}":{"admin":true}}]}`)).toBe(PROTO);
      expect(find(`{"a":1,"b":{"${key}":1},"c":1}`)).toBe(PROTO);
      expect(find(`{"text":"${key}","none":null,"list":[null,"${key}"]}`)).toBeUndefined();
    },
  );
});
