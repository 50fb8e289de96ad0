import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostileIds, separators } from "../../../testing/src/contracts/hostile-ids.ts";
import { InvalidArgumentError } from "../../src/index.ts";
import { decodeKey, encodeKey } from "../../src/keys.ts";

const PIECES = [
  "_",
  "__",
  "_5f_",
  "_2f_",
  "2f",
  "a",
  "-",
  "/",
  "\0",
  "🦊",
  "\ud83e",
  "\udd8a",
  "é",
  "e\u0301",
];
const numRuns = 100_000;
const timeout = 60_000;

/** Any string of code units, lone surrogates among them, and strings that are nearly keys. */
const anyId = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 12 }),
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.string({ unit: fc.constantFrom(...PIECES), maxLength: 8 }),
    fc.constantFrom(...hostileIds),
  );

/** Strings of the alphabet of keys, most of which are none. */
const anyKey = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: fc.constantFrom(..."_0123456789abdefAF-g"), maxLength: 10 }),
    fc
      .tuple(anyId(), fc.nat(), fc.constantFrom("", "_", "0", "A", "/", "\n"))
      .map(([id, at, text]) => {
        const key = encodeKey(id);
        const index = at % (key.length + 1);
        return key.slice(0, index) + text + key.slice(index + 1);
      }),
    fc.nat(0x1fffff).map((codePoint) => `_${codePoint.toString(16)}_`),
    fc.string({ maxLength: 6 }),
  );

function decoded(key: string): string | undefined {
  try {
    return decodeKey(key);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidArgumentError);
    return undefined;
  }
}

describe("encodeKey", () => {
  it.each([
    ["", "_"],
    ["Room-42", "Room-42"],
    ["a/b", "a_2f_b"],
    ["_", "_5f_"],
    ["../", "_2e__2e__2f_"],
    ["\0", "_0_"],
    ["🦊", "_1f98a_"],
    ["\ud83e", "_d83e_"],
    ["\udd8a\ud83e", "_dd8a__d83e_"],
    ["__proto__", "_5f__5f_proto_5f__5f_"],
  ])("writes %j as %s", (id, key) => {
    expect(encodeKey(id)).toBe(key);
    expect(decodeKey(key)).toBe(id);
  });

  it("is read back, whatever the string is, and grows by no more than it says", { timeout }, () => {
    fc.assert(
      fc.property(anyId(), (id) => {
        const key = encodeKey(id);
        if (!/^[A-Za-z0-9_-]+$/.test(key) || key.length > Math.max(1, 6 * id.length)) return false;
        return decodeKey(key) === id;
      }),
      { numRuns },
    );
  });

  it("gives two strings two keys", { timeout }, () => {
    const pair = fc.oneof(
      fc.tuple(anyId(), anyId()),
      // A key as an id, and an id with its escapes shifted: the likeliest to be confused.
      anyId().map((id): [string, string] => [id, encodeKey(id)]),
      fc.tuple(anyId(), anyId(), anyId()).map(([a, b, c]): [string, string] => [a + b, a + c]),
    );
    fc.assert(
      fc.property(pair, ([a, b]) => (a === b) === (encodeKey(a) === encodeKey(b))),
      { numRuns },
    );
    expect(new Set(hostileIds.map(encodeKey)).size).toBe(hostileIds.length);
  });

  it("keeps joined keys apart, and none is the beginning of another", { timeout }, () => {
    const outside = separators.filter((separator) => !/[A-Za-z0-9_-]/.test(separator));
    expect(outside.length).toBeGreaterThan(10);
    const parts = fc.array(anyId(), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(parts, parts, fc.constantFrom(...outside), (a, b, separator) => {
        const [one, other] = [a, b].map((ids) => ids.map(encodeKey).join(separator));
        expect(one?.split(separator).map(decodeKey)).toEqual(a);
        // What a store lists by the prefix of one parent is of that parent only.
        const [parent, child] = [a.slice(0, 1), b].map((ids) => ids.map(encodeKey).join(separator));
        const listed = `${child}${separator}`.startsWith(`${parent}${separator}`);
        expect(listed).toBe(a[0] === b[0]);
        expect(one === other).toBe(a.length === b.length && a.every((id, at) => id === b[at]));
      }),
      { numRuns: 20_000 },
    );
  });
});

describe("decodeKey", () => {
  it("refuses every string that encodeKey does not return", { timeout }, () => {
    let keys = 0;
    fc.assert(
      fc.property(anyKey(), (key) => {
        const id = decoded(key);
        if (id === undefined) return;
        keys++;
        expect(encodeKey(id)).toBe(key);
      }),
      { numRuns },
    );
    expect(keys).toBeGreaterThan(numRuns / 100);
    expect(keys).toBeLessThan(numRuns / 2);
  });

  it.each(["", "__", "a_", "_61_", "_2F_", "_02f_", "_d83e__dd8a_", "_110000_", "_2f", "é", "a\n"])(
    "refuses %j",
    (key) => {
      expect(decoded(key)).toBeUndefined();
    },
  );

  it("takes no longer for a long key than for its length", { timeout }, () => {
    for (const part of ["_", "_2f", "_f", "a_", "_2f_", "-", "\ud800"]) {
      const key = part.repeat(200_000 / part.length);
      const id = decoded(key);
      if (id !== undefined) expect(encodeKey(id)).toBe(key);
      expect(decodeKey(encodeKey(key)) === key).toBe(true);
    }
  });
});
