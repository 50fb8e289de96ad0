import { expect, it } from "vitest";
import { createSeededRandom } from "../../testing/src/index.ts";
import { digest } from "../src/digest.ts";

it("is 16 characters of hexadecimal, the same for the same text", () => {
  for (const text of ["", "a", "漢字", "\ud800", "x".repeat(30_000)]) {
    expect(digest(text)).toMatch(/^[0-9a-f]{16}$/);
    expect(digest(text)).toBe(digest(text));
  }
});

it("differs for texts that differ a little", () => {
  const texts = ["", "\0", "\0\0", "a", "b", "ab", "ba", "aa", "é", "e\u0301", "1", "11"];
  expect(new Set(texts.map(digest)).size).toBe(texts.length);
});

it("does not collide in 50,000 short messages, nor do its halves collide together", () => {
  const random = createSeededRandom(3);
  const texts = new Set<string>();
  while (texts.size < 50_000)
    texts.add(JSON.stringify({ text: String(Math.floor(random() * 1e9)) }));
  const digests = [...texts].map(digest);
  expect(new Set(digests).size).toBe(texts.size);
  for (const half of [digests.map((d) => d.slice(0, 8)), digests.map((d) => d.slice(8))]) {
    expect(new Set(half).size).toBeGreaterThan(texts.size - 20);
  }
});

it("never changes: logs keep the digests of earlier versions", () => {
  expect(digest("")).toBe("811c9dc501000193");
  expect(digest("a")).toBe("e40c292c9eda2f99");
  expect(digest('["say",{"text":"naïve 🦊"}]')).toBe("6365250630630121");
});
