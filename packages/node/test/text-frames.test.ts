import { describe, expect, it } from "vitest";
import { encodeTextFrame, encodeTexts } from "../src/text-frames.ts";
import { decodeFrames } from "./decode-frames.ts";

describe("encodeTextFrame", () => {
  it.each([0, 1, 125, 126, 65_535, 65_536, 100_000])("encodes %d bytes", (length) => {
    const text = "x".repeat(length);
    expect(decodeFrames(encodeTextFrame(text))).toEqual([text]);
  });

  it("counts bytes, not characters", () => {
    const text = "Zoë 🦊 ".repeat(12); // 72 characters, more than 125 bytes.
    expect(decodeFrames(encodeTextFrame(text))).toEqual([text]);
  });

  it("writes 64-bit lengths without a high part", () => {
    expect([...encodeTextFrame("x".repeat(70_000)).subarray(0, 10)]).toEqual([
      ...[0x81, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70],
    ]);
  });
});

describe("encodeTexts", () => {
  it("leaves a single text as it is", () => {
    expect(decodeFrames(encodeTexts(['{"a":1}'], true))).toEqual(['{"a":1}']);
  });

  it("joins objects and arrays to one array", () => {
    const texts = ['{"a":1}', '[{"b":2},{"c":3}]', '{"d":4}'];
    expect(decodeFrames(encodeTexts(texts, true))).toEqual(['[{"a":1},{"b":2},{"c":3},{"d":4}]']);
  });

  it("keeps plain texts apart", () => {
    expect(decodeFrames(encodeTexts(["[a]", "b"], false))).toEqual(["[a]", "b"]);
  });

  it("cuts a long run into several messages, and loses nothing", () => {
    const texts = Array.from({ length: 200 }, (_, n) => JSON.stringify({ n, x: "é".repeat(1000) }));
    const messages = decodeFrames(encodeTexts(texts, true));
    expect(messages.length).toBeGreaterThan(2);
    expect(Math.max(...messages.map(({ length }) => length))).toBeLessThan(70_000);
    expect(messages.flatMap((message) => JSON.parse(message)).map(({ n }) => n)).toEqual(
      texts.map((_, n) => n),
    );
  });

  it("sends a text that is longer than the cut on its own", () => {
    const long = JSON.stringify("x".repeat(100_000));
    expect(decodeFrames(encodeTexts(["1", long, "2"], true))).toEqual(["1", long, "2"]);
  });
});
