/** JSON texts that stand where a field's value was: wrong types, and what breaks careless code. */
const SMALL: readonly string[] = [
  "null",
  "true",
  "false",
  "0",
  "-0",
  "-1",
  "1",
  "1.5",
  "1e-400",
  "1e400",
  "-1e400",
  "9007199254740991",
  "9007199254740992",
  "9007199254740993",
  "18446744073709551616",
  "1e21",
  "2147483648",
  "101",
  "257",
  '""',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"\ud83e"',
  '"\u2028\u202e\ufeff"',
  '"e\\u0301"',
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '"hasOwnProperty"',
  '"NaN"',
  '"5"',
  '"@"',
  '"../../etc"',
  "[]",
  "{}",
  "[[]]",
  "[null]",
  "[1,2,3]",
  '["lobby"]',
  '{"length":4294967295}',
  '{"__proto__":null}',
  '{"__proto__":{"polluted":true}}',
  '{"\\u005f_proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":1,"valueOf":1,"toJSON":1}',
  '{"then":1}',
  '{"type":"error","code":"kicked"}',
  '{"id":"\\u0000","name":5}',
];

/** Names of fields that JavaScript knows already, and empty or odd ones. */
export const HOSTILE_KEYS: readonly string[] = [
  '"__proto__"',
  '"\\u005f\\u005fproto\\u005f\\u005f"',
  '"constructor"',
  '"prototype"',
  '"toJSON"',
  '"then"',
  '"toString"',
  '"length"',
  '"hasOwnProperty"',
  '""',
  '"0"',
  '"\\u0000"',
  '"\\ud800"',
];

const MAX_CHARS = 32_000;

/** Repeats a text until it has about so many characters. */
const fill = (text: string, chars: number): string =>
  text.repeat(Math.max(1, Math.floor(chars / text.length)));

const nested = (open: string, close: string, depth: number): string =>
  `${open.repeat(depth)}1${close.repeat(depth)}`;

/** It can be parsed, but nothing recursive can be done with it after that. */
export const DEEP_TEXT: string = nested("[", "]", 10_000);

/** JSON texts of up to `chars` characters: long, deep or wide. */
const BIG: readonly ((chars: number) => string)[] = [
  (chars) => `"${fill("x", chars)}"`,
  (chars) => `"${fill("\u6f22", chars / 3)}"`,
  (chars) => `"${fill("\\ud800", chars)}"`,
  (chars) => `"${fill("\\u0000", chars)}"`,
  (chars) => `"${fill("\ud800", chars / 3)}"`,
  (chars) => `"${fill("e\u0301", chars / 3)}"`,
  (chars) => `"${fill("\\\\", chars)}"`,
  (chars) => `"${fill("a.b@c/", chars)}"`,
  () => nested('{"a":', "}", 5_000),
  (chars) => nested("[", "]", Math.min(10_000, chars / 2)),
  (chars) => nested('{"a":', "}", Math.min(10_000, chars / 6)),
  () => nested("[", "]", 29),
  (chars) => `[${fill("0,", chars)}0]`,
  (chars) => `[${fill("{},", chars)}{}]`,
  (chars) => `[${fill('"",', chars)}""]`,
  (chars) => `{${fill('"a":1,', chars)}"b":2}`,
  (chars) => `[${fill('{"__proto__":1},', chars)}1]`,
  (chars) => `{${Array.from({ length: chars / 9 }, (_, at) => `"k${at}":1`).join()}}`,
  (chars) => `[${fill('{"room":"lobby","epoch":"e","seq":0},', chars)}1]`,
  (chars) => fill("9", chars),
  (chars) => `1${fill("0", chars)}e-5`,
];

/** A JSON text that belongs nowhere: mostly short, sometimes up to 32 KB. */
export function hostileText(pick: <T>(list: readonly T[]) => T, random: () => number): string {
  if (random() > 0.02) return pick(SMALL);
  // Squared, so that the short ones are the most: the long ones cost the time of a hundred others.
  return pick(BIG)(Math.ceil(random() ** 2 * MAX_CHARS));
}
