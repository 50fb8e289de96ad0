/** What adapters are likely to join the parts of a key with, or what has a meaning in a path or a URL. */
export const separators: readonly string[] = [
  ..."/#%:|.,;_-~=&?*+ \\",
  "\0",
  "\n",
  "::",
  "%2F",
  "\u001f",
];

const LONG = 1023;

/** Ids that an adapter must tell apart and give back unchanged, all of them different. */
export const hostileIds: readonly string[] = [
  "",
  " ",
  ".",
  "..",
  "../",
  "../../secret",
  "/",
  "a/b",
  "a%2fb",
  "a%2Fb",
  "a%252Fb",
  "%",
  "%00",
  "a#b",
  "a?b=c&d",
  "a:b",
  "a|b",
  "a\\b",
  "a\0b",
  "a\r\nb",
  "*",
  "$",
  "{a}",
  "a,b;c",
  "'; drop table rooms; --",
  "<script>",
  "\u2028",
  "\u202eabc",
  "\u200b",
  "\u00e9", // é, composed
  "e\u0301", // é, decomposed
  "\uff0f", // a fullwidth solidus: compatibility normalisation makes it a slash
  "🦊",
  "\ud83e", // the first half of it: UTF-8 makes every lone surrogate U+FFFD
  "\udd8a",
  "\ud800",
  "\ufffd",
  "a",
  "A",
  "0",
  "00",
  "-0",
  "1e3",
  "1000",
  "null",
  "undefined",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "toString",
  `${"x".repeat(LONG)}1`, // two of 1 KB that only differ in their last character
  `${"x".repeat(LONG)}2`,
  "é".repeat(512),
];
