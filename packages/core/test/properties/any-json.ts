import fc from "fast-check";

/** Values that a field is not made for, and strings that JavaScript or Unicode gives a meaning. */
const odd = fc.constantFrom<unknown[]>(
  null,
  true,
  -1,
  1.5,
  2 ** 53,
  101,
  257,
  "",
  "@",
  "\ud800",
  "a\u0000",
  "e\u0301",
  "__proto__",
  "constructor",
  "x".repeat(129),
  [],
  {},
  [[]],
  { toString: 1, valueOf: 1, toJSON: 1 },
  JSON.parse('{ "then": 1, "__proto__": 1 }'),
);

/** JSON values of any depth, `__proto__` and `toJSON` among their keys. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  odd,
  fc.jsonValue({ maxDepth: 4, stringUnit: "binary" }),
  fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }),
);

/** The keys of frames, and those that every object has already. */
const anyKey = (keys: readonly string[]): fc.Arbitrary<string> =>
  fc.constantFrom(...keys, "__proto__", "constructor", "toJSON", "then", "", "0");

/** A frame that is good, that has lost or changed fields, or whose fields stand there twice, as JSON text. */
export function anyFrame(
  good: fc.Arbitrary<Readonly<Record<string, unknown>>>,
  keys: readonly string[],
): fc.Arbitrary<string> {
  const change = fc.record({
    key: anyKey(keys),
    how: fc.constantFrom("set", "drop", "double"),
    value: anyJson,
  });
  return fc.tuple(good, fc.array(change, { maxLength: 3 })).map(([frame, changes]) => {
    let fields = Object.entries(frame).filter(([, value]) => value !== undefined);
    for (const { key, how, value } of changes) {
      if (how !== "double") fields = fields.filter(([name]) => name !== key);
      if (how !== "drop") fields.push([key, value]);
    }
    return `{${fields.map((field) => field.map((part) => JSON.stringify(part)).join(":")).join()}}`;
  });
}

/** Messages: frames, arrays of them, any JSON, cut texts, any text, bytes. */
export function anyMessage(frame: fc.Arbitrary<string>): fc.Arbitrary<string | Uint8Array> {
  const frames = fc.array(frame, { maxLength: 4 }).map((all) => `[${all.join()}]`);
  const cut = fc.tuple(frame, fc.nat(200), fc.nat(3), fc.string({ maxLength: 3 }));
  return fc.oneof(
    { weight: 4, arbitrary: frame },
    frames,
    anyJson.map((value) => JSON.stringify(value)),
    cut.map(([text, at, length, other]) => text.slice(0, at) + other + text.slice(at + length)),
    fc.string({ unit: "binary" }),
    fc.integer({ min: 1, max: 12_000 }).map((depth) => "[".repeat(depth) + "]".repeat(depth)),
    fc.uint8Array({ maxLength: 60 }),
  );
}
